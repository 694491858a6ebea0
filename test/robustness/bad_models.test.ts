/** Bad layers, models and inputs of models: the error names the layer by its path. */
import {
  ArgumentError,
  DisposedError,
  DTypeError,
  layers,
  type Model,
  ones,
  ShapeError,
  sequential,
} from '../../lib/index.js';
import { predict } from '../../lib/training/index.js';
import { refuses, smallNet } from './support.js';

/** Anything at all, where the compiler would object. */
const any = (value: unknown) => value as never;

/** A model of layers whose shapes the compiler does not see. */
function model(inputShape: readonly number[], ...list: readonly layers.Layer[]): Model {
  return sequential({ inputShape, layers: any(list) });
}

function withSmallNet(run: (net: ReturnType<typeof smallNet>) => unknown): unknown {
  using net = smallNet();
  return run(net);
}

const stage = (...inside: readonly layers.Layer[]) => layers.sequential(inside, { name: 'stage' });

// biome-ignore format: a line per case
refuses('options of layers', [
  ['no options', () => layers.conv2d(any(undefined)), ArgumentError, 'conv2d: expected an options object, but received undefined'],
  ['no filters', () => layers.conv2d(any({ kernelSize: 3 })), ArgumentError, 'conv2d: filters must be a positive integer, but received undefined'],
  ['negative filters', () => layers.conv2d({ filters: -8, kernelSize: 3 }), ArgumentError, 'received -8'],
  ['half a kernel', () => layers.conv2d({ filters: 8, kernelSize: 2.5 }), ArgumentError, 'kernelSize must be a positive integer, but received 2.5'],
  ['NaN strides', () => layers.conv2d({ filters: 8, kernelSize: 3, strides: Number.NaN }), ArgumentError, 'strides must be a positive integer, but received NaN'],
  ['a kernel of text', () => layers.conv2d({ filters: 8, kernelSize: any('3') }), ArgumentError, "received '3'"],
  ['unknown padding', () => layers.conv2d({ filters: 8, kernelSize: 3, padding: any('both') }), ArgumentError, "received 'both'"],
  ['groups that do not divide', () => layers.conv2d({ filters: 8, kernelSize: 3, groups: 3 }), ArgumentError, 'groups 3 must divide filters 8'],
  ['an unknown activation', () => layers.conv2d({ filters: 8, kernelSize: 3, activation: any('ReLU') }), ArgumentError, "but received 'ReLU'"],
  ['a bias of its own', () => layers.conv2d({ filters: 8, kernelSize: 3, bias: any(0) }), ArgumentError, 'bias must be true or false, but received 0'],
  ['an initializer by name', () => layers.dense({ units: 2, weightsInitializer: any('he') }), ArgumentError, "dense: weightsInitializer must be an initializer, such as heNormal(), but received 'he'"],
  ['an unknown option', () => layers.dense(any({ unit: 10 })), ArgumentError, "dense: unknown option 'unit'; it takes name, units"],
  ['infinite units', () => layers.dense({ units: Number.POSITIVE_INFINITY }), ArgumentError, 'units must be a positive integer, but received Infinity'],
  ['a name with a dot', () => layers.flatten({ name: 'a.b' }), ArgumentError, 'name must be a string without dots or spaces, but received "a.b"'],
  ['everything dropped', () => layers.dropout({ rate: 1 }), ArgumentError, 'rate must be below 1, but received 1'],
  ['dropout in per cent', () => layers.dropout({ rate: 50 }), ArgumentError, 'from 0 to 1, but received 50'],
  ['a negative epsilon', () => layers.batchNorm({ epsilon: -1e-5 }), ArgumentError, 'epsilon must be a finite number of at least 0, but received -0.00001'],
  ['momentum above 1', () => layers.batchNorm({ momentum: 99 }), ArgumentError, 'momentum must be a finite number from 0 to 1, but received 99'],
  ['a window of nothing', () => layers.maxPool2d({ poolSize: 0 }), ArgumentError, 'maxPool2d: poolSize must be a positive integer, but received 0'],
  ['pixels of unknown statistics', () => layers.normalizePixels(any({ std: 1 })), ArgumentError, "normalizePixels: unknown option 'std'"],
  ['pixels of NaN', () => layers.normalizePixels({ mean: Number.NaN }), ArgumentError, 'mean must be a finite number, but received NaN'],
  ['no branches', () => layers.parallel([]), ArgumentError, 'parallel: expects at least one branch'],
  ['layers that are none', () => layers.residual(any([3])), ArgumentError, 'residual: layers[0] is not a layer, but 3'],
]);

// biome-ignore format: a line per case
refuses('models', [
  ['no options', () => sequential(any(undefined)), ArgumentError, 'sequential: expected an options object, but received undefined'],
  ['no input shape', () => sequential(any({ layers: [] })), ArgumentError, 'model: shape must be an array of extents, but received undefined'],
  ['an input of no pixels', () => model([0, 28, 1], layers.flatten()), ArgumentError, 'inputShape must hold positive integers, but received [0, 28, 1]'],
  ['no layers', () => sequential(any({ inputShape: [3] })), ArgumentError, 'sequential: expects an array of layers, but received undefined'],
  ['an unknown dtype', () => sequential({ inputShape: [3], layers: [], dtype: any('float16') }), ArgumentError, "dtype must be one of 'float32', 'float64', but received 'float16'"],
  ['a seed of NaN', () => sequential({ inputShape: [3], layers: [], seed: Number.NaN }), ArgumentError, 'seed must be a non-negative integer, but received NaN'],
  ['two layers of one name', () => model([3], layers.dense({ units: 2, name: 'a' }), layers.dense({ units: 2, name: 'a' })), ArgumentError, "two layers are named 'a'"],
  ['dense on an image', () => model([8, 8, 1], layers.dense({ units: 2 })), ShapeError, 'dense "0": expects a flat input [features], got [8, 8, 1]: put flatten() before it'],
  ['a convolution after flatten', () => model([8, 8, 1], layers.flatten(), layers.conv2d({ filters: 2, kernelSize: 3 })), ShapeError, 'conv2d "1": expects an image [height, width, channels], got [64]'],
  ['a kernel larger than its input', () => model([8, 8, 1], layers.maxPool2d({ poolSize: 4 }), stage(layers.conv2d({ filters: 2, kernelSize: 3 }))), ShapeError, 'conv2d "stage.0": kernel 3 is larger than the input\'s height 2'],
  ['a pool larger than its input', () => model([4, 4, 1], layers.averagePool2d({ poolSize: 5 })), ShapeError, 'averagePool2d "0": kernel 5 is larger'],
  ['a pool that pads whole windows', () => model([4, 4, 1], layers.maxPool2d({ poolSize: 2, padding: 2 })), ArgumentError, 'maxPool2d "0": padding of the height must be less than poolSize 2'],
  ['groups that do not divide the channels', () => model([8, 8, 3], layers.conv2d({ filters: 4, kernelSize: 3, groups: 2 })), ShapeError, 'conv2d "0": input has 3 channels, which 2 groups do not divide'],
  ['declared inputs that do not come', () => model([8], layers.dense({ units: 2, inputs: 9 })), ShapeError, 'dense "0": declares 9 inputs, got 8 features'],
  ['a residual that changes the shape', () => model([8, 8, 3], layers.residual([layers.conv2d({ filters: 4, kernelSize: 3 })], { name: 'block' })), ShapeError, 'residual "block": adds a branch of shape [6, 6, 4] to a shortcut of shape [8, 8, 3]'],
  ['branches of other heights', () => model([8, 8, 3], layers.parallel([layers.conv2d({ filters: 4, kernelSize: 1 }), layers.conv2d({ filters: 4, kernelSize: 3 })])), ShapeError, 'parallel "0": joins branches along the channels, but [8, 8, 4] and [6, 6, 4] differ'],
  ['statistics of other channels', () => model([8, 8, 3], layers.normalizePixels({ mean: [0, 0] })), ArgumentError, 'normalizePixels "0": mean must be a number or one per channel, but received 2 for 3 channels'],
  ['a layer at two places of other shapes', () => { const shared = layers.dense({ units: 3 }); return model([2], shared, shared).parameters; }, ShapeError, 'dense "1": input [3] needs weights [3, 3], but the layer was built with [2, 3]'],
  ['an unknown parameter', () => withSmallNet((net) => net.parameter('0.weights')), ArgumentError, "model: has no parameter '0.weights'; it has 0.filter, 0.bias"],
]);

// biome-ignore format: a line per case
refuses('inputs of models', [
  ['nothing', () => withSmallNet((net) => net.forward(any(undefined))), ArgumentError, 'model: x must be a tensor, but received undefined'],
  ['an array', () => withSmallNet((net) => net.forward(any(new Float32Array(36)))), ArgumentError, 'model: x must be a tensor, but received object'],
  ['without the batch', () => withSmallNet((net) => net.forward(ones([6, 6, 1]))), ShapeError, 'model: expects an input of shape [batch, 6, 6, 1], got [6, 6, 1]'],
  ['of another size', () => withSmallNet((net) => net.forward(ones([2, 6, 5, 1]))), ShapeError, 'got [2, 6, 5, 1]'],
  ['of pixels', () => withSmallNet((net) => net.forward(ones([2, 6, 6, 1], 'uint8'))), DTypeError, 'conv2d "0": x must be float32 or float64, but is uint8'],
  ['of another float', () => withSmallNet((net) => net.forward(ones([2, 6, 6, 1], 'float64'))), DTypeError, 'conv2d "0": filter is float32, but x is float64'],
  ['of integers, in a stage', () => { using net = model([4], stage(layers.dense({ units: 3 }))); return net.forward(ones([2, 4], 'int32')); }, DTypeError, 'matmul "stage.0": a must be float32 or float64, but is int32'],
  ['one sample to normalise', () => { using net = model([4], layers.dense({ units: 3 }), layers.batchNorm()); return net.forward(ones([1, 4]), { training: true }); }, ShapeError, 'batchNorm "1": training needs at least two values per channel'],
  ['that is gone', () => withSmallNet((net) => { const x = ones([2, 6, 6, 1]); x.dispose(); return net.forward(x); }), DisposedError, 'a tensor of shape [2, 6, 6, 1] was used'],
  ['after the model was released', () => { const net = smallNet(); net.parameters; net.dispose(); return net.forward(ones([2, 6, 6, 1])); }, DisposedError, '"0.filter" was used after its memory had been released'],
  ['asking for a layer that is not there', () => withSmallNet((net) => net.forwardWith(ones([2, 6, 6, 1]), ['9'])), ArgumentError, "model: has no layer '9'"],
  ['to predict from nothing', () => withSmallNet((net) => predict(net, any(undefined))), ArgumentError, 'predict: expected a tensor, an array with data and shape, or a dataset with batches'],
  ['to predict from no samples', () => withSmallNet((net) => predict(net, { data: new Float32Array(0), shape: [0, 6, 6, 1] })), ArgumentError, 'predict: there is no input'],
  ['to predict in batches of 0', () => withSmallNet((net) => predict(net, ones([1, 6, 6, 1]), { batchSize: 0 })), ArgumentError, 'batchSize must be a positive integer, but received 0'],
]);
