// The training loop. An update is enqueued in one go and computed while the next batch is fetched; its loss is awaited two
// updates later, so that the native side never idles, run-ahead stays bounded, and the event loop stays free.
import type { Batch, BatchSource } from '../data/types.js';
import type { Metric } from '../metrics/metric.js';
import type { Callback, CallbackEvents } from './callback.js';
import { evaluate } from './evaluate.js';
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
 *   infinite; ShapeError or DTypeError naming the layer where data do not fit the model; whatever dataset and callbacks throw
 * @example
 * const optimizer = adam({ learningRate: 0.001 });
 * const history = await fit(model, train, { epochs: 3, optimizer, loss: softmaxCrossEntropy, metrics: [accuracy()], validation });
 * console.log(history.epochs.at(-1)?.validation?.accuracy);
 */
export async function fit<const M extends readonly Metric[] = readonly []>(
  model: Trainable,
  dataset: BatchSource,
  options: FitOptions<M>,
): Promise<History<M>> {
  const plan = checkFit(model, dataset, options);
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
    await notify('onError', error);
    throw error;
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

async function validate({ model, validation, loss, metrics, signal }: FitPlan): Promise<Scores | undefined> {
  return validation && evaluate(model, validation, { loss, metrics, ...(signal && { signal }) });
}

/** Batches in groups of `size`; the last group of an epoch may be smaller. */
async function* grouped(batches: AsyncIterable<Batch>, size: number): AsyncGenerator<readonly Batch[]> {
  let group: Batch[] = [];
  for await (const batch of batches) {
    group.push(batch);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
