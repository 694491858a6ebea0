// Loss and metrics over a dataset, in evaluation mode.
import type { Precision } from '../autograd/precision.js';
import { upload } from '../data/host_arrays.js';
import type { BatchSource, HostArray, HostArrays, HostArraysOf, Sample, TensorsFrom } from '../data/types.js';
import type { Loss } from '../losses/loss.js';
import type { AnyMetric, Metric } from '../metrics/metric.js';
import { checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Tensors } from '../tensor/named.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkPrecisionFor, forwardIn } from './forward_in.js';
import type { Scores } from './history.js';
import { checkDataset, checkLoss, checkMetrics, checkModel, checkSignal } from './options.js';
import { readScores, samplesOf } from './step.js';
import { type BatchScores, Tally } from './tally.js';
import type { Trainable } from './trainable.js';

/** Options of `evaluate`. */
export interface EvaluateOptions<
  M extends readonly AnyMetric[] = readonly Metric[],
  Output extends Tensors = Tensor,
  Target extends Tensors = Tensor,
> {
  readonly loss: Loss<Output, Target>;
  /** Default none. */
  readonly metrics?: M;
  /** The arithmetic of convolutions and matrix products, default `'float32'`; see `fit`. */
  readonly precision?: Precision;
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
export async function evaluate<
  const M extends readonly Metric<string, Output, TensorsFrom<Targets>>[] = readonly [],
  Input extends Tensors = Tensor,
  Output extends Tensors = Tensor,
  Targets extends HostArrays = HostArray,
>(
  model: Trainable<Input, Output>,
  dataset: BatchSource<Sample<NoInfer<HostArraysOf<Input>>, Targets>>,
  options: EvaluateOptions<M, NoInfer<Output>, NoInfer<TensorsFrom<Targets>>>,
): Promise<Scores<M>> {
  checkModel('evaluate', model);
  checkDataset('evaluate', 'dataset', dataset);
  checkOptions('evaluate', options, ['loss', 'metrics', 'precision', 'signal']);
  const { loss, metrics = [], precision = 'float32', signal } = options;
  checkLoss('evaluate', loss);
  checkMetrics('evaluate', metrics);
  checkPrecisionFor('evaluate', precision, model);
  checkSignal('evaluate', signal);

  const tally = new Tally(metrics);
  const inFlight: Promise<BatchScores>[] = [];
  const settle = async () => tally.add(await (inFlight.shift() as Promise<BatchScores>));
  for await (const batch of dataset.batches({ signal })) {
    signal?.throwIfAborted();
    const { arriving } = scope(() => {
      const target = upload(batch.y);
      const x = upload(batch.x) as Tensors as Input;
      const output = forwardIn(precision, () => model.forward(x));
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
