/** A small training with everything a checkpoint has to hold: running statistics, dropout, momentum, shuffling, metrics. */
import { fromArrays } from '../../lib/data/index.js';
import * as layers from '../../lib/layers/index.js';
import { softmaxCrossEntropy } from '../../lib/losses/index.js';
import { accuracy } from '../../lib/metrics/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { adam } from '../../lib/optimizers/index.js';
import { cosine } from '../../lib/schedules/index.js';
import { fit } from '../../lib/training/index.js';
import { noise } from '../support/tensors.js';

export const EPOCHS = 4;

const size = 60;
const images = Float32Array.from(noise(size * 36, 7));
const labels = Int32Array.from({ length: size }, (_, i) => (i * 5) % 4);

/** Seven batches per epoch, the last one smaller. */
export function dataset() {
  return fromArrays({ images, imageShape: [6, 6, 1], labels })
    .shuffle({ seed: 11 })
    .batch(9)
    .prefetch(2);
}

export function smallNet() {
  return sequential({
    inputShape: [6, 6, 1],
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3 }),
      layers.batchNorm(),
      layers.activation('relu'),
      layers.maxPool2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 4 }),
    ],
    seed: 2,
  });
}

type Model = ReturnType<typeof smallNet>;
type More = Partial<Parameters<typeof fit>[2]>;

/** Trains `model` in the one way all tests compare; `more` adds callbacks and the like. */
export function train(model: Model, more: More = {}) {
  return fit(model, dataset(), {
    epochs: EPOCHS,
    optimizer: adam({ learningRate: cosine({ learningRate: 0.02, totalSteps: 7 * EPOCHS }) }),
    loss: softmaxCrossEntropy,
    metrics: [accuracy()],
    validation: dataset(),
    earlyStopping: { monitor: 'train.accuracy', patience: 20 },
    seed: 3,
    ...more,
  });
}
