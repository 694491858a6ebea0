// The options of `fit`, and their checks: everything is looked at before any work begins.
import type { Precision } from '../autograd/precision.js';
import type { AnySample, BatchSource } from '../data/types.js';
import type { Loss } from '../losses/loss.js';
import type { AnyMetric, Metric } from '../metrics/metric.js';
import { Optimizer } from '../optimizers/optimizer.js';
import { checkBoolean, checkInteger, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Tensors } from '../tensor/named.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Callback } from './callback.js';
import { EarlyStopping, type EarlyStoppingOptions } from './early_stopping.js';
import { checkPrecisionFor } from './forward_in.js';
import { ProgressLine } from './progress_line.js';
import type { RunPlan } from './run.js';
import type { Snapshot } from './snapshot.js';
import type { AnyTrainable } from './trainable.js';

/** Options of `fit`. */
export interface FitOptions<
  M extends readonly AnyMetric[] = readonly Metric[],
  Output extends Tensors = Tensor,
  Target extends Tensors = Tensor,
> {
  /** Passes over the dataset, those before a resumed checkpoint included. */
  readonly epochs: number;
  readonly optimizer: Optimizer;
  readonly loss: Loss<Output, Target>;
  /** Computed along with the loss in training and validation; default none. */
  readonly metrics?: M;
  /** Evaluated after each epoch; default none. */
  readonly validation?: BatchSource<AnySample> | undefined;
  readonly callbacks?: readonly Callback[];
  /** Decides dropout and the like, together with the step; shuffling has the dataset's seed. Default 0. */
  readonly seed?: number;
  /** Aborting it ends training at the next step boundary; `fit` then resolves with `stopped: 'aborted'`. */
  readonly signal?: AbortSignal | undefined;
  /** Whether a progress line is shown on standard error if that is a terminal; default true. */
  readonly progress?: boolean;
  /** Batches whose gradients make one update, as if they were one batch; default 1. */
  readonly accumulate?: number;
  /**
   * The arithmetic of convolutions and matrix products, in training and validation; default `'float32'`. With `'bfloat16'` they
   * are about twice as fast on processors with instructions for it, and what the backward pass keeps takes half the memory; the
   * model's outputs, losses, gradients of parameters and the optimizer's state are float32 all the same. A resumed training may change it.
   */
  readonly precision?: Precision;
  readonly earlyStopping?: EarlyStoppingOptions | undefined;
  /** Where to continue, from a checkpoint; undefined starts anew. */
  readonly resume?: Snapshot | undefined;
}

/** Options with their defaults, checked. */
export interface FitPlan extends RunPlan {
  readonly dataset: BatchSource<AnySample>;
  readonly validation: BatchSource<AnySample> | undefined;
  readonly callbacks: readonly Callback[];
  readonly signal: AbortSignal | undefined;
  readonly accumulate: number;
  readonly resume: Snapshot | undefined;
}

const known = [
  ...['epochs', 'optimizer', 'loss', 'metrics', 'validation', 'callbacks', 'seed', 'signal', 'progress', 'accumulate'],
  ...['precision', 'earlyStopping', 'resume'],
];

/** @throws ArgumentError for an invalid, missing or unknown option */
export function checkFit(
  model: AnyTrainable,
  dataset: BatchSource<AnySample>,
  options: FitOptions<readonly AnyMetric[], never, never>,
): FitPlan {
  checkModel('fit', model);
  checkDataset('fit', 'dataset', dataset);
  checkOptions('fit', options, known);
  const {
    epochs,
    optimizer,
    loss,
    metrics = [],
    validation,
    seed = 0,
    signal,
    progress = true,
    accumulate = 1,
    precision = 'float32',
  } = options;
  checkInteger('fit', 'epochs', epochs);
  if (!(optimizer instanceof Optimizer))
    throw new ArgumentError(`fit: optimizer must be one, such as sgd({ … }), but received ${show(optimizer)}`);
  checkLoss('fit', loss);
  checkMetrics('fit', metrics);
  if (validation !== undefined) checkDataset('fit', 'validation', validation);
  const callbacks = checkCallbacks(options.callbacks ?? []);
  checkInteger('fit', 'seed', seed, 0);
  checkSignal('fit', signal);
  checkBoolean('fit', 'progress', progress);
  checkInteger('fit', 'accumulate', accumulate);
  checkPrecisionFor('fit', precision, model);
  const earlyStopping =
    options.earlyStopping && new EarlyStopping(options.earlyStopping, metrics, validation !== undefined);
  const line = progress && process.stderr.isTTY ? [new ProgressLine(process.stderr)] : [];
  return {
    ...{ model, optimizer, loss, metrics, precision, epochs, seed, earlyStopping },
    ...{ dataset, validation, signal, accumulate },
    batchesPerEpoch: dataset.batchesPerEpoch,
    callbacks: [...callbacks, ...line],
    resume: checkResume(options.resume),
  };
}

/** @throws ArgumentError unless `model` can be run */
export function checkModel(subject: string, model: unknown): asserts model is AnyTrainable {
  const given = model as Partial<AnyTrainable> | null | undefined;
  if (typeof given?.forward === 'function' && Array.isArray(given.parameters)) return;
  throw new ArgumentError(
    `${subject}: expected a model with parameters and a forward function, but received ${show(model)}`,
  );
}

/** @throws ArgumentError unless `dataset` gives batches */
export function checkDataset(
  subject: string,
  name: string,
  dataset: unknown,
): asserts dataset is BatchSource<AnySample> {
  const given = dataset as Partial<BatchSource<AnySample>> & { batch?: unknown };
  if (typeof given?.batches === 'function') return;
  const hint =
    typeof given?.batch === 'function' ? 'a dataset without batches; call .batch(size) on it' : show(dataset);
  throw new ArgumentError(`${subject}: ${name} must give batches, but received ${hint}`);
}

/** @throws ArgumentError unless `loss` is a function */
export function checkLoss(subject: string, loss: unknown): asserts loss is Loss {
  if (typeof loss !== 'function')
    throw new ArgumentError(`${subject}: loss must be a function of output and target, but received ${show(loss)}`);
}

/** @throws ArgumentError unless `metrics` are metrics of different names */
export function checkMetrics(subject: string, metrics: unknown): asserts metrics is readonly AnyMetric[] {
  if (!Array.isArray(metrics))
    throw new ArgumentError(`${subject}: metrics must be an array, but received ${show(metrics)}`);
  const names = new Set(['loss']);
  for (const [index, metric] of metrics.entries()) {
    if (typeof metric?.measure !== 'function' || typeof metric.value !== 'function' || typeof metric.name !== 'string')
      throw new ArgumentError(
        `${subject}: metrics[${index}] must be a metric, such as accuracy(), but received ${show(metric)}`,
      );
    if (names.has(metric.name)) throw new ArgumentError(`${subject}: two metrics are named '${metric.name}'`);
    names.add(metric.name);
  }
}

/** @throws ArgumentError unless `signal` is one or undefined */
export function checkSignal(subject: string, signal: unknown): asserts signal is AbortSignal | undefined {
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new ArgumentError(`${subject}: signal must be an AbortSignal, but received ${show(signal)}`);
}

const events = [
  'onTrainBegin',
  'onEpochBegin',
  'onUpdate',
  'onStepEnd',
  'onEpochEnd',
  'onStop',
  'onTrainEnd',
  'onError',
] as const satisfies readonly (keyof Callback)[];

function checkCallbacks(callbacks: unknown): readonly Callback[] {
  if (!Array.isArray(callbacks) || callbacks.some((callback) => typeof callback !== 'object' || callback === null))
    throw new ArgumentError(
      `fit: callbacks must be an array of objects with functions such as onEpochEnd, but received ${show(callbacks)}`,
    );
  for (const [index, callback] of callbacks.entries())
    for (const event of events)
      if (callback[event] !== undefined && typeof callback[event] !== 'function')
        throw new ArgumentError(
          `fit: callbacks[${index}].${event} must be a function, but received ${show(callback[event])}`,
        );
  return callbacks;
}

function checkResume(resume: Snapshot | undefined): Snapshot | undefined {
  if (resume === undefined || (resume?.progress !== undefined && resume.arrays instanceof Map)) return resume;
  throw new ArgumentError(`fit: resume must be a checkpoint as loadCheckpoint gives it, but received ${show(resume)}`);
}
