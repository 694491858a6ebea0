// Loss and metrics over a dataset, in evaluation mode.
import type { BatchSource } from '../data/types.js';
import type { Loss } from '../losses/loss.js';
import type { Metric } from '../metrics/metric.js';
import { checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { scope } from '../tensor/scope.js';
import { tensor } from '../tensor/tensor.js';
import type { Scores } from './history.js';
import { checkDataset, checkLoss, checkMetrics, checkModel, checkSignal } from './options.js';
import { readScores, samplesOf } from './step.js';
import { type BatchScores, Tally } from './tally.js';
import type { Trainable } from './trainable.js';

/** Options of `evaluate`. */
export interface EvaluateOptions<M extends readonly Metric[] = readonly Metric[]> {
  readonly loss: Loss;
  /** Default none. */
  readonly metrics?: M;
  /** Aborting it rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Batches on their way while the next one is enqueued. */
const RUN_AHEAD = 2;

/**
 * The mean loss and the metrics of a model over the first epoch of a dataset; dropout and the like are off.
 *
 * @throws (rejects with) ArgumentError for an invalid or unknown option or an empty dataset; ShapeError or DTypeError naming the
 *   layer where data do not fit; the signal's reason once it is aborted
 * @example
 * const { loss, accuracy } = await evaluate(model, test, { loss: softmaxCrossEntropy, metrics: [accuracy()] });
 */
export async function evaluate<const M extends readonly Metric[] = readonly []>(
  model: Trainable,
  dataset: BatchSource,
  options: EvaluateOptions<M>,
): Promise<Scores<M>> {
  checkModel('evaluate', model);
  checkDataset('evaluate', 'dataset', dataset);
  checkOptions('evaluate', options, ['loss', 'metrics', 'signal']);
  const { loss, metrics = [], signal } = options;
  checkLoss('evaluate', loss);
  checkMetrics('evaluate', metrics);
  checkSignal('evaluate', signal);

  const tally = new Tally(metrics);
  const inFlight: Promise<BatchScores>[] = [];
  const settle = async () => tally.add(await (inFlight.shift() as Promise<BatchScores>));
  for await (const batch of dataset.batches({ signal })) {
    signal?.throwIfAborted();
    const { arriving } = scope(() => {
      const target = tensor(batch.y.data, batch.y.shape);
      const output = model.forward(tensor(batch.x.data, batch.x.shape));
      return { arriving: readScores(metrics, { loss: loss(output, target), output, target }, samplesOf(batch)) };
    });
    arriving.catch(() => {}); // a failure counts when its turn comes
    inFlight.push(arriving);
    if (inFlight.length > RUN_AHEAD) await settle();
  }
  while (inFlight.length > 0) await settle();
  if (tally.scores === undefined) throw new ArgumentError('evaluate: the dataset has no batches');
  return tally.scores as Scores<M>;
}
