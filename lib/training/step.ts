// One update: forward, backward and optimizer, all only enqueued. Several batches make one update as if they were one batch:
//
//   gradient = Σᵢ (nᵢ / N) gradientᵢ,    N = Σᵢ nᵢ samples
import { pullback } from '../autograd/gradients.js';
import type { Precision } from '../autograd/precision.js';
import { addGradients } from '../autograd/tape.js';
import { isHostArray, upload } from '../data/host_arrays.js';
import type { AnySample, Batch } from '../data/types.js';
import type { Loss } from '../losses/loss.js';
import type { AnyMetric } from '../metrics/metric.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { allocateTypedArray } from '../tensor/dtype.js';
import { ShapeError } from '../tensor/errors.js';
import { entriesOf, type Tensors } from '../tensor/named.js';
import type { Random } from '../tensor/random.js';
import { scope } from '../tensor/scope.js';
import { elementCount, formatShape } from '../tensor/shape.js';
import { type Tensor, tensor } from '../tensor/tensor.js';
import { forwardIn } from './forward_in.js';
import type { BatchScores } from './tally.js';
import type { AnyTrainable } from './trainable.js';

/** What is trained, and how. */
export interface Recipe {
  readonly model: AnyTrainable;
  readonly optimizer: Optimizer;
  readonly loss: Loss<never, never>;
  readonly metrics: readonly AnyMetric[];
  /** Of the forward pass, and so of the backward pass; loss and metrics are float32. */
  readonly precision: Precision;
}

/** Samples in a batch. */
export function samplesOf({ x }: Pick<Batch<AnySample>, 'x'>): number {
  return entriesOf(x, isHostArray)[0]?.[1].shape[0] ?? 0;
}

/** Enqueues one update from the batches and the reads of what it measures. */
export function trainStep(
  { model, optimizer, loss, metrics, precision }: Recipe,
  batches: readonly Batch<AnySample>[],
  random: Random,
): Promise<BatchScores[]> {
  const samples = batches.reduce((sum, batch) => sum + samplesOf(batch), 0);
  const { arriving } = scope(() => {
    const parameters = model.parameters.filter(({ trainable }) => trainable);
    const scores: Promise<BatchScores>[] = [];
    let gradients: Tensor[] | undefined;
    for (const batch of batches) {
      const [x, y] = [upload(batch.x), upload(batch.y)];
      const forward = () => {
        const output = forwardIn(precision, () => model.forward(x, { training: true, random }));
        return { loss: loss(output as never, y as never), output };
      };
      const result = pullback('fit', forward, parameters, (value) => shareOf(value, samplesOf(batch) / samples));
      gradients = gradients
        ? gradients.map((sum, index) => addGradients('fit', sum, result.gradients[index] as Tensor))
        : result.gradients;
      scores.push(readScores(metrics, { ...result.value, target: y }, samplesOf(batch)));
    }
    optimizer.step(parameters, gradients ?? []);
    return { arriving: Promise.all(scores) };
  });
  arriving.catch(() => {}); // a failure counts when its turn comes
  return arriving;
}

/** Enqueues the reads of a batch's loss and metrics. */
export function readScores(
  metrics: readonly AnyMetric[],
  { loss, output, target }: { loss: Tensor; output: Tensors; target: Tensors },
  samples: number,
): Promise<BatchScores> {
  const measured = metrics.map((metric) => metric.measure(output as never, target as never));
  const reads = [loss, ...measured].map((result) => result.data());
  const scores = Promise.all(reads).then(([value, ...measured]) => ({ samples, loss: value?.[0] as number, measured }));
  scores.catch(() => {}); // a failure counts when its turn comes, and not at all after another one
  return scores;
}

/** The gradient by the loss that a share of the samples has. */
function shareOf({ shape, dtype }: Tensor, share: number): Tensor {
  if (elementCount(shape) !== 1)
    throw new ShapeError(`fit: the loss must give one number per batch, but gave shape ${formatShape(shape)}`);
  const seed = allocateTypedArray(dtype, 1);
  seed[0] = share;
  return tensor(seed, shape);
}
