/** Bad options, data and callbacks of training. */
import { expect, it } from 'vitest';
import {
  ArgumentError,
  DisposedError,
  DTypeError,
  type data,
  layers,
  losses,
  metrics,
  NativeError,
  ones,
  ops,
  optimizers,
  Parameter,
  ShapeError,
  schedules,
  sequential,
  setMemoryLimit,
  type Tensor,
} from '../../lib/index.js';
import { memory } from '../../lib/native.js';
import { evaluate, type FitOptions, fit, NonFiniteLossError } from '../../lib/training/index.js';
import { failureOf, liveBuffers, refuses, samples, smallNet, trainsOn } from './support.js';

/** Anything at all, where the compiler would object. */
const any = (value: unknown) => value as never;

const dataset = () => samples().batch(6);

/** Trains a small network with some options changed. */
async function training(changed: object = {}, source: unknown = dataset()): Promise<unknown> {
  using net = smallNet();
  using optimizer = optimizers.sgd({ learningRate: 0.1, momentum: 0.9 });
  const options: FitOptions = { epochs: 2, optimizer, loss: losses.softmaxCrossEntropy, ...changed };
  return await fit(net, source as never, options);
}

const withRate = (learningRate: unknown) =>
  training({ optimizer: optimizers.sgd({ learningRate: learningRate as never }) });

/** Two batches per epoch, the second one changed. */
const spoiled = (spoil: (batch: data.Batch) => unknown) =>
  dataset().map((batch) => (batch.index === 1 ? spoil(batch) : batch) as typeof batch);

const labelled = (...values: readonly number[]) =>
  spoiled(({ x, y, ...rest }) => ({ ...rest, x, y: { ...y, data: Int32Array.from(values) } }));

// biome-ignore format: a line per case
refuses('options of fit', [
  ['none', () => fit(any(smallNet()), any(dataset()), any(undefined)), ArgumentError, 'fit: expected an options object, but received undefined'],
  ['0 epochs', () => training({ epochs: 0 }), ArgumentError, 'fit: epochs must be a positive integer, but received 0'],
  ['NaN epochs', () => training({ epochs: Number.NaN }), ArgumentError, 'received NaN'],
  ['infinitely many epochs', () => training({ epochs: Number.POSITIVE_INFINITY }), ArgumentError, 'received Infinity'],
  ['half an epoch', () => training({ epochs: 0.5 }), ArgumentError, 'received 0.5'],
  ['an unknown option', () => training({ batchSize: 32 }), ArgumentError, "fit: unknown option 'batchSize'; it takes epochs, optimizer"],
  ['an optimizer by name', () => training({ optimizer: 'adam' }), ArgumentError, "optimizer must be one, such as sgd({ … }), but received 'adam'"],
  ['no loss', () => training({ loss: undefined }), ArgumentError, 'loss must be a function of output and target, but received undefined'],
  ['a metric by name', () => training({ metrics: ['accuracy'] }), ArgumentError, "metrics[0] must be a metric, such as accuracy(), but received 'accuracy'"],
  ['two metrics of one name', () => training({ metrics: [metrics.accuracy(), metrics.accuracy()] }), ArgumentError, "two metrics are named 'accuracy'"],
  ['a signal that is none', () => training({ signal: {} }), ArgumentError, 'signal must be an AbortSignal, but received {}'],
  ['a negative seed', () => training({ seed: -1 }), ArgumentError, 'seed must be a non-negative integer, but received -1'],
  ['nothing accumulated', () => training({ accumulate: 0 }), ArgumentError, 'accumulate must be a positive integer, but received 0'],
  ['half precision', () => training({ precision: 'float16' }), ArgumentError, "fit: precision must be one of 'float32', 'bfloat16', but received 'float16'"],
  ['early stopping on what is not measured', () => training({ earlyStopping: { monitor: 'validation.f1', patience: 1 } }), ArgumentError, "monitor must be one of 'train.loss', but received 'validation.f1'"],
  ['early stopping without patience', () => training({ earlyStopping: { monitor: 'train.loss', patience: 0 } }), ArgumentError, 'patience must be a positive integer, but received 0'],
  ['resuming from a path', () => training({ resume: 'checkpoint' }), ArgumentError, "resume must be a checkpoint as loadCheckpoint gives it, but received 'checkpoint'"],
  ['resuming from something else', () => training({ resume: { progress: {}, arrays: new Map() } }), ArgumentError, "the checkpoint's version is undefined, but this training's is 1"],
  ['a callback that is none', () => training({ callbacks: [() => {}] }), ArgumentError, 'callbacks must be an array of objects with functions such as onEpochEnd'],
  ['a callback that cannot be called', () => training({ callbacks: [{}, { onEpochEnd: 'log' }] }), ArgumentError, "callbacks[1].onEpochEnd must be a function, but received 'log'"],
]);

// biome-ignore format: a line per case
refuses('models and data of fit', [
  ['no model', () => fit(any({}), dataset(), any({})), ArgumentError, 'fit: expected a model with parameters and a forward function, but received {}'],
  ['a float64 model in bfloat16', () => fit(sequential({ inputShape: [6, 6, 1], layers: [layers.conv2d({ filters: 2, kernelSize: 3 }), layers.flatten()], dtype: 'float64' }), dataset(), { epochs: 1, optimizer: optimizers.sgd({ learningRate: 1 }), loss: losses.softmaxCrossEntropy, precision: 'bfloat16' }), ArgumentError, `fit: precision 'bfloat16' is for float32 models, but parameter "0.filter" is float64`],
  ['a model without parameters', () => fit(sequential({ inputShape: [6, 6, 1], layers: [layers.flatten()] }), dataset(), { epochs: 1, optimizer: optimizers.sgd({ learningRate: 1 }), loss: losses.softmaxCrossEntropy }), ArgumentError, 'fit: the model has no trainable parameters'],
  ['a frozen model', async () => { using net = smallNet(); for (const parameter of net.parameters) parameter.trainable = false; return await fit(net, dataset(), { epochs: 1, optimizer: optimizers.sgd({ learningRate: 1 }), loss: losses.softmaxCrossEntropy }); }, ArgumentError, 'no trainable parameters'],
  ['a released model', async () => { const net = smallNet(); net.parameters; net.dispose(); return await fit(net, dataset(), { epochs: 1, optimizer: optimizers.sgd({ learningRate: 1 }), loss: losses.softmaxCrossEntropy }); }, DisposedError, 'parameter "0.filter" was used'],
  ['a dataset without batches', () => training({}, samples()), ArgumentError, 'a dataset without batches; call .batch(size) on it'],
  ['an array', () => training({}, [1, 2]), ArgumentError, 'dataset must give batches, but received [1,2]'],
  ['an empty dataset', () => training({}, { batches: async function* () {} }), ArgumentError, 'fit: epoch 0 of the dataset has no batches'],
  ['images of another size', () => training({}, spoiled((batch) => ({ ...batch, x: { ...batch.x, shape: [6, 36] } }))), ShapeError, 'model: expects an input of shape [batch, 6, 6, 1], got [6, 36]'],
  ['a shape that does not fit its data', () => training({}, spoiled((batch) => ({ ...batch, x: { ...batch.x, shape: [7, 6, 6, 1] } }))), ShapeError, 'shape [7, 6, 6, 1] holds 252 elements, but 216 were given'],
  ['pixels where floats are expected', () => training({}, spoiled((batch) => ({ ...batch, x: { ...batch.x, data: new Uint8Array(216) } }))), DTypeError, 'conv2d "0": x must be float32, float64 or bfloat16, but is uint8'],
  ['labels that are floats', () => training({}, spoiled((batch) => ({ ...batch, y: { ...batch.y, data: new Float32Array(6) } }))), DTypeError, /softmaxCrossEntropy: labels must .*int32.* is float32/],
  ['labels beyond the classes', () => training({}, labelled(0, 1, 2, 3, 0, 1)), NativeError, 'softmaxCrossEntropy: labels[3] is 3, outside of the classes 0 to 2'],
  ['labels below 0', () => training({ metrics: [metrics.accuracy()] }, labelled(0, 1, 2, 0, 1, -1)), NativeError, 'labels[5] is -1'],
  ['labels beyond the classes, then a batch that does not fit', () => training({ accumulate: 3 }, bothWrong()), ShapeError, 'expects an input of shape [batch, 6, 6, 1]'],
  ['labels beyond the classes in the validation', () => training({ validation: labelled(9, 9, 9, 9, 9, 9) }), NativeError, 'labels[0] is 9'],
  ['labels beyond the classes to evaluate', async () => { using net = smallNet(); return await evaluate(net, labelled(3, 0, 0, 0, 0, 0), { loss: losses.softmaxCrossEntropy }); }, NativeError, 'labels[0] is 3'],
  ['images of NaN', () => training({}, spoiled((batch) => ({ ...batch, x: { ...batch.x, data: new Float32Array(216).fill(Number.NaN) } }))), NonFiniteLossError, 'fit: the loss is NaN at step 2 in epoch 1; lower the learning rate, or check inputs and labels'],
  ['a dataset that fails', () => training({}, spoiled(() => { throw new ArgumentError('source: unplugged'); })), ArgumentError, 'source: unplugged'],
  ['batches beyond the memory limit', () => limited(50_000, () => training({}, samples(600).batch(600))), NativeError, /allocating \d+ bytes would exceed the memory limit/],
]);

/** A batch with bad labels, whose failure arrives late, and one whose shape fails at once. */
function bothWrong(): data.BatchSource {
  return samples(18)
    .batch(6)
    .map((batch) => {
      if (batch.index === 0) return { ...batch, y: { ...batch.y, data: new Int32Array(6).fill(77) } };
      return batch.index === 2 ? { ...batch, x: { ...batch.x, shape: [6, 36] } } : batch;
    });
}

async function limited(bytes: number, run: () => Promise<unknown>): Promise<unknown> {
  await liveBuffers();
  setMemoryLimit(memory().liveBytes + bytes);
  try {
    return await run();
  } finally {
    setMemoryLimit(0);
  }
}

// biome-ignore format: a line per case
refuses('losses, callbacks and rates', [
  ['a loss per sample', () => training({ loss: (output: Tensor) => ops.sum(output, { axes: -1 }) }), ShapeError, 'fit: the loss must give one number per batch, but gave shape [6]'],
  ['a loss that is a promise', () => training({ loss: async (output: Tensor) => ops.sum(output) }), ArgumentError, 'must return the loss tensor'],
  ['a loss of infinity', () => training({ loss: (output: Tensor) => ops.log(ops.multiply(ops.sum(output), 0)) }), NonFiniteLossError, 'fit: the loss is -Infinity at step 1 in epoch 1'],
  ['a callback that throws', () => training({ callbacks: [{ onUpdate() { throw new ArgumentError('callback: on purpose'); } }] }), ArgumentError, 'callback: on purpose'],
  ['a callback that rejects', () => training({ callbacks: [{ onEpochEnd: async () => Promise.reject(new ArgumentError('callback: later')) }] }), ArgumentError, 'callback: later'],
  ['a callback that throws at the end', () => training({ callbacks: [{ onTrainEnd() { throw new ArgumentError('callback: last'); } }] }), ArgumentError, 'callback: last'],
  ['a rate of NaN', () => withRate(Number.NaN), ArgumentError, 'sgd: learningRate must be a finite number of at least 0, but received NaN'],
  ['a negative rate', () => withRate(-0.1), ArgumentError, 'received -0.1'],
  ['a rate of text', () => withRate('0.1'), ArgumentError, "received '0.1'"],
  ['a schedule that gives NaN', () => withRate((step: number) => (step < 2 ? 0.1 : Number.NaN)), ArgumentError, 'sgd: the learning rate of step 2 must be a finite number of at least 0, but received NaN'],
  ['a schedule that gives nothing', () => withRate(() => undefined), ArgumentError, 'the learning rate of step 0 must be a finite number of at least 0, but received undefined'],
  ['a warm-up longer than the training', () => schedules.cosine({ learningRate: 1, totalSteps: 5, warmupSteps: 5 }), ArgumentError, 'warmupSteps must be below totalSteps (5), but received 5'],
  ['a cycle of no steps', () => schedules.oneCycle({ maxLearningRate: 1, totalSteps: 0 }), ArgumentError, 'totalSteps must be a positive integer, but received 0'],
  ['a momentum of 1', () => optimizers.sgd({ learningRate: 1, momentum: 1 }), ArgumentError, 'sgd: momentum must be below 1, but received 1'],
  ['a beta above 1', () => optimizers.adam({ beta1: 1.5 }), ArgumentError, 'adam: beta1 must be a finite number from 0 to 1, but received 1.5'],
  ['a metric of the best none', () => metrics.topKAccuracy(0), ArgumentError, 'k must be a positive integer, but received 0'],
]);

const weight = () => new Parameter('w', [2]);
const step = (parameters: unknown, gradients: unknown) =>
  optimizers.sgd({ learningRate: 1 }).step(any(parameters), any(gradients));

// biome-ignore format: a line per case
refuses('updates', [
  ['without gradients', () => step([weight()], undefined), ArgumentError, 'step expects as many gradients as parameters, but received 1 parameters and undefined gradients'],
  ['with too few gradients', () => step([weight(), weight()], [ones([2])]), ArgumentError, 'received 2 parameters and 1 gradients'],
  ['of tensors', () => step([ones([2])], [ones([2])]), ArgumentError, 'sgd: parameters[0] must be a parameter'],
  ['of another shape', () => step([weight()], [ones([3])]), ShapeError, 'the gradient of "w" must have shape [2], but has [3]'],
  ['of another dtype', () => step([weight()], [ones([2], 'float64')]), DTypeError, 'the gradient of "w" is float64, but the parameter is float32'],
  ['of a gradient that is gone', () => { const g = ones([2]); g.dispose(); step([weight()], [g]); }, DisposedError, 'a tensor of shape [2] was used'],
  ['of a parameter that is gone', () => { const w = weight(); w.dispose(); step([w], [ones([2])]); }, DisposedError, 'parameter "w" was used'],
  ['restored from other parameters', () => optimizers.sgd({ learningRate: 1 }).restore([weight()], { steps: 1, updates: {} }), ArgumentError, 'sgd: counters must hold a count for "w", but received undefined'],
]);

it('a model that saw labels out of range keeps finite weights, and learns once they are right', async () => {
  using net = smallNet();
  using optimizer = optimizers.adam({ learningRate: 0.02 });
  const options = { epochs: 12, optimizer, loss: losses.softmaxCrossEntropy };
  await failureOf(() => fit(net, labelled(7, 7, 7, -7, 7, 7), options));
  for (const parameter of net.parameters) expect((await parameter.data()).every(Number.isFinite)).toBe(true);
  const { epochs } = await fit(net, dataset(), options);
  expect(epochs.at(-1)?.train.loss).toBeLessThan(epochs[0]?.train.loss as number);
  await trainsOn();
});
