/** Networks that are trained end to end, and one training step of theirs as a user would write it. */
import { valueAndGradients } from '../lib/autograd/gradients.js';
import * as layers from '../lib/layers/index.js';
import { softmaxCrossEntropy } from '../lib/losses/index.js';
import type { Model } from '../lib/models/model.js';
import { sequential } from '../lib/models/sequential.js';
import { synchronize } from '../lib/native.js';
import { sgd } from '../lib/optimizers/index.js';
import { Random } from '../lib/tensor/random.js';
import { type Tensor, tensor } from '../lib/tensor/tensor.js';
import { type FloatDType, noise } from './kernels.js';
import { time, type Workload } from './workload.js';

/** A network and the batch it is trained with: images [batch, size, size, channels]. */
export interface NetworkCase {
  readonly name: string;
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly classes: number;
  build(dtype: FloatDType): Model;
}

const conv = <const F extends number, const K extends number>(filters: F, kernelSize: K) =>
  layers.conv2d({ filters, kernelSize, padding: 'same', activation: 'relu' });
const pool = () => layers.maxPool2d({ poolSize: 2 });

function lenet(dtype: FloatDType): Model {
  return sequential({
    inputShape: [28, 28, 1],
    layers: [
      conv(32, 5),
      pool(),
      conv(64, 5),
      pool(),
      layers.flatten(),
      layers.dense({ units: 512, activation: 'relu' }),
      layers.dense({ units: 10 }),
    ],
    dtype,
  });
}

function vggCifar(dtype: FloatDType): Model {
  return sequential({
    inputShape: [32, 32, 3],
    layers: [
      conv(32, 3),
      conv(32, 3),
      pool(),
      conv(64, 3),
      conv(64, 3),
      pool(),
      conv(128, 3),
      conv(128, 3),
      pool(),
      layers.flatten(),
      layers.dense({ units: 256, activation: 'relu' }),
      layers.dense({ units: 10 }),
    ],
    dtype,
  });
}

/** Every network, in the order it is run. */
export const networkCases: readonly NetworkCase[] = [
  { name: 'lenet', batch: 128, size: 28, channels: 1, classes: 10, build: lenet },
  { name: 'vgg-cifar', batch: 128, size: 32, channels: 3, classes: 10, build: vggCifar },
];

/** Training steps on one random batch: forward, backward, SGD with momentum; each loss is read two steps later, as `fit` does. */
export class TrainingWorkload implements Workload {
  readonly #model: Model;
  readonly #x: Tensor;
  readonly #labels: Tensor;
  readonly #optimizer = sgd({ learningRate: 1e-3, momentum: 0.9 });

  constructor({ batch, size, channels, classes, build }: NetworkCase, dtype: FloatDType) {
    const random = new Random(7);
    this.#model = build(dtype);
    this.#x = tensor(noise(batch * size * size * channels, dtype), [batch, size, size, channels]);
    this.#labels = tensor(Int32Array.from({ length: batch }, () => random.integer(classes)));
  }

  /** Enqueues one step and resolves to its loss. */
  async step(): Promise<number> {
    const parameters = this.#model.parameters.filter(({ trainable }) => trainable);
    const { value, gradients } = valueAndGradients(
      () => softmaxCrossEntropy(this.#model.forward(this.#x, { training: true }), this.#labels),
      parameters,
    );
    this.#optimizer.step(parameters, gradients);
    const loss = value.item();
    value.dispose();
    return loss;
  }

  run(calls: number): Promise<number> {
    return time(async () => {
      const losses: Promise<number>[] = [];
      for (let call = 0; call < calls; call++) {
        losses.push(this.step());
        await losses[call - 2];
      }
      await Promise.all(losses);
      await synchronize();
    });
  }

  dispose(): void {
    for (const owner of [this.#model, this.#x, this.#labels, this.#optimizer]) owner.dispose();
  }
}
