// The training loop. An update is enqueued in one go and computed while the next batch is fetched; its loss is awaited two
// updates later, so that the native side never idles, run-ahead stays bounded, and the event loop stays free.
import type {
  AnySample,
  Batch,
  BatchSource,
  HostArray,
  HostArrays,
  HostArraysOf,
  Sample,
  TensorsFrom,
} from '../data/types.js';
import type { Metric } from '../metrics/metric.js';
import type { Tensors } from '../tensor/named.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Callback, CallbackEvents } from './callback.js';
import { type EvaluateOptions, evaluate } from './evaluate.js';
import { warnWhereSlow } from './forward_in.js';
import type { History, Scores, StopReason } from './history.js';
import { checkFit, type FitOptions, type FitPlan } from './options.js';
import { Run } from './run.js';
import type { Trainable } from './trainable.js';

/**
 * Trains a model.
 *
 * The event loop stays free meanwhile. The same seeds give the same weights, bit by bit, whatever the number of threads.
 *
 * @param dataset gives the batches of each epoch: x [batch, ...inputShape], y the targets of the loss
 * @returns one record per epoch, and how training ended
 * @throws (rejects with) ArgumentError for an invalid, missing or unknown option; NonFiniteLossError when the loss becomes NaN or
 *   infinite; ShapeError or DTypeError naming the layer where data do not fit the model; whatever dataset and callbacks throw;
 *   AggregateError of the first error and those that `onError` threw over it
 * @example
 * const optimizer = adam({ learningRate: 0.001 });
 * const history = await fit(model, train, { epochs: 3, optimizer, loss: softmaxCrossEntropy, metrics: [accuracy()], validation });
 * console.log(history.epochs.at(-1)?.validation?.accuracy);
 */
export async function fit<
  const M extends readonly Metric<string, Output, TensorsFrom<Targets>>[] = readonly [],
  Input extends Tensors = Tensor,
  Output extends Tensors = Tensor,
  Targets extends HostArrays = HostArray,
>(
  model: Trainable<Input, Output>,
  dataset: BatchSource<Sample<NoInfer<HostArraysOf<Input>>, Targets>>,
  options: FitOptions<M, NoInfer<Output>, NoInfer<TensorsFrom<Targets>>>,
): Promise<History<M>> {
  const plan = checkFit(model, dataset, options);
  warnWhereSlow(plan.precision);
  const run = new Run(plan);
  if (plan.resume) run.restore(plan.resume);
  const notify = notifier(plan.callbacks, run);
  try {
    await notify('onTrainBegin');
    const stopped = await trainEpochs(plan, run, notify);
    await notify('onStop', stopped);
    const restoredEpoch = stopped === 'aborted' ? undefined : plan.earlyStopping?.restore(run.parameters);
    const history: History = { epochs: [...run.history], stopped, steps: run.step, restoredEpoch };
    await notify('onTrainEnd', history);
    return history as History<M>;
  } catch (error) {
    throw await reported(error, plan.callbacks, run);
  } finally {
    plan.earlyStopping?.dispose();
  }
}

type Notify = <Event extends keyof Callback>(event: Event, ...details: CallbackEvents[Event]) => Promise<void>;

function notifier(callbacks: readonly Callback[], run: Run): Notify {
  return async (event, ...details) => {
    for (const callback of callbacks) {
      const listener = callback[event] as ((...given: unknown[]) => void | Promise<void>) | undefined;
      await listener?.call(callback, ...details, run);
    }
  };
}

/** Tells every callback of the error. Resolves to what `fit` rejects with: the error, with those of callbacks that failed over it. */
async function reported(error: unknown, callbacks: readonly Callback[], run: Run): Promise<unknown> {
  const failures: unknown[] = [];
  for (const callback of callbacks) {
    try {
      await callback.onError?.(error, run);
    } catch (failure) {
      if (failure !== error) failures.push(failure);
    }
  }
  if (failures.length === 0) return error;
  return new AggregateError(
    [error, ...failures],
    `${messageOf(error)} (then onError: ${failures.map(messageOf).join('; ')})`,
    {
      cause: error,
    },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function trainEpochs(plan: FitPlan, run: Run, notify: Notify): Promise<StopReason> {
  const { earlyStopping, signal } = plan;
  while (run.epoch < run.epochs) {
    if (earlyStopping?.exhausted) return 'earlyStopping';
    if (signal?.aborted) return 'aborted';
    run.beginEpoch();
    await notify('onEpochBegin');
    try {
      await trainEpoch(plan, run, notify);
      const { seconds } = run;
      const validation = await validate(plan);
      await notify('onEpochEnd', run.endEpoch(validation, seconds));
    } catch (error) {
      if (signal?.aborted && error === signal.reason) return 'aborted';
      throw error;
    }
  }
  return earlyStopping?.exhausted ? 'earlyStopping' : 'completed';
}

/** What is left of the epoch. Rejects with the signal's reason once it is aborted, after the updates under way. */
async function trainEpoch({ dataset, accumulate, signal }: FitPlan, run: Run, notify: Notify): Promise<void> {
  const settle = async () => notify('onStepEnd', await run.settle());
  const batches = dataset.batches({ epoch: run.epoch, startBatch: run.batch, signal });
  try {
    for await (const group of grouped(batches, accumulate)) {
      signal?.throwIfAborted();
      run.update(group);
      await notify('onUpdate');
      while (run.farAhead) await settle();
    }
    signal?.throwIfAborted();
  } catch (error) {
    if (!(signal?.aborted && error === signal.reason)) throw error;
    while (run.inFlight > 0) await settle();
    throw error;
  }
  while (run.inFlight > 0) await settle();
}

async function validate({ model, validation, loss, metrics, precision, signal }: FitPlan): Promise<Scores | undefined> {
  if (!validation) return undefined;
  // Model, data, loss and metrics fit each other as `fit` was given them, in whatever names they agree on.
  const options = { loss, metrics, precision, signal } as EvaluateOptions<readonly Metric[]>;
  return evaluate(model as Trainable, validation as BatchSource, options);
}

/** Batches in groups of `size`; the last group of an epoch may be smaller. */
async function* grouped(
  batches: AsyncIterable<Batch<AnySample>>,
  size: number,
): AsyncGenerator<readonly Batch<AnySample>[]> {
  let group: Batch<AnySample>[] = [];
  for await (const batch of batches) {
    group.push(batch);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
