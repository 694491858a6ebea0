/** Bad layers, models and inputs of models: the error names the layer by its path. */
import {
  ArgumentError,
  DisposedError,
  DTypeError,
  graph,
  input,
  join,
  layers,
  type Model,
  ones,
  ShapeError,
  sequential,
  withPrecision,
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
  ['a flip of one axis', () => layers.conv2d({ filters: 8, kernelSize: 3, flip: any('h') }), ArgumentError, "conv2d: flip must be true or false, but received 'h'"],
  ['an un-pooling of no pooling', () => layers.maxUnpool2d({ pool: any('maxPool2d') }), ArgumentError, "maxUnpool2d: pool must be the maxPool2d layer to undo, but received 'maxPool2d'"],
  ['a bias of its own', () => layers.conv2d({ filters: 8, kernelSize: 3, bias: any(0) }), ArgumentError, 'bias must be true or false, but received 0'],
  ['an initializer by name', () => layers.dense({ units: 2, weightsInitializer: any('he') }), ArgumentError, "dense: weightsInitializer must be an initializer, such as heNormal(), but received 'he'"],
  ['an unknown option', () => layers.dense(any({ unit: 10 })), ArgumentError, "dense: unknown option 'unit'; it takes name, units"],
  ['infinite units', () => layers.dense({ units: Number.POSITIVE_INFINITY }), ArgumentError, 'units must be a positive integer, but received Infinity'],
  ['a name with a dot', () => layers.flatten({ name: 'a.b' }), ArgumentError, 'name must be a string without dots or spaces, but received "a.b"'],
  ['everything dropped', () => layers.dropout({ rate: 1 }), ArgumentError, 'rate must be below 1, but received 1'],
  ['dropout in per cent', () => layers.dropout({ rate: 50 }), ArgumentError, 'from 0 to 1, but received 50'],
  ['a negative epsilon', () => layers.batchNorm({ epsilon: -1e-5 }), ArgumentError, 'epsilon must be a finite number of at least 0, but received -0.00001'],
  ['momentum above 1', () => layers.batchNorm({ momentum: 99 }), ArgumentError, 'momentum must be a finite number from 0 to 1, but received 99'],
  ['a variance of no convention', () => layers.batchNorm({ varianceConvention: any(true) }), ArgumentError, "batchNorm: varianceConvention must be one of 'pytorch', 'keras', but received true"],
  ['a convention misspelt', () => layers.batchNorm(any({ varianceConvention: 'Keras' })), ArgumentError, "received 'Keras'"],
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
  ['an array', () => withSmallNet((net) => net.forward(any(new Float32Array(36)))), ArgumentError, 'model: x must be a tensor, but received Float32Array'],
  ['without the batch', () => withSmallNet((net) => net.forward(ones([6, 6, 1]))), ShapeError, 'model: expects an input of shape [batch, 6, 6, 1], got [6, 6, 1]'],
  ['of another size', () => withSmallNet((net) => net.forward(ones([2, 6, 5, 1]))), ShapeError, 'got [2, 6, 5, 1]'],
  ['of pixels', () => withSmallNet((net) => net.forward(ones([2, 6, 6, 1], 'uint8'))), DTypeError, 'conv2d "0": x must be float32, float64 or bfloat16, but is uint8'],
  ['of another float', () => withSmallNet((net) => net.forward(ones([2, 6, 6, 1], 'float64'))), DTypeError, 'conv2d "0": filter is float32, but x is float64'],
  ['of integers, in a stage', () => { using net = model([4], stage(layers.dense({ units: 3 }))); return net.forward(ones([2, 4], 'int32')); }, DTypeError, 'matmul "stage.0": a must be float32, float64 or bfloat16, but is int32'],
  ['one sample to normalise', () => { using net = model([4], layers.dense({ units: 3 }), layers.batchNorm()); return net.forward(ones([1, 4]), { training: true }); }, ShapeError, 'batchNorm "1": training needs at least two values per channel'],
  ['that is gone', () => withSmallNet((net) => { const x = ones([2, 6, 6, 1]); x.dispose(); return net.forward(x); }), DisposedError, 'a tensor of shape [2, 6, 6, 1] was used'],
  ['after the model was released', () => { const net = smallNet(); net.parameters; net.dispose(); return net.forward(ones([2, 6, 6, 1])); }, DisposedError, '"0.filter" was used after its memory had been released'],
  ['asking for a layer that is not there', () => withSmallNet((net) => net.forwardWith(ones([2, 6, 6, 1]), ['9'])), ArgumentError, "model: has no layer '9'"],
  ['to predict from nothing', () => withSmallNet((net) => predict(net, any(undefined))), ArgumentError, 'predict: expected a tensor, an array with data and shape, or a dataset with batches'],
  ['to predict from no samples', () => withSmallNet((net) => predict(net, { data: new Float32Array(0), shape: [0, 6, 6, 1] })), ArgumentError, 'predict: there is no input'],
  ['to predict in batches of 0', () => withSmallNet((net) => predict(net, ones([1, 6, 6, 1]), { batchSize: 0 })), ArgumentError, 'batchSize must be a positive integer, but received 0'],
  ['to predict in half precision', () => withSmallNet((net) => predict(net, ones([1, 6, 6, 1]), { precision: any('half') })), ArgumentError, "predict: precision must be one of 'float32', 'bfloat16', but received 'half'"],
  ['to profile in float64', () => withSmallNet((net) => net.profile(undefined, { precision: any('float64') })), ArgumentError, "profile: precision must be one of 'float32', 'bfloat16', but received 'float64'"],
  ['asynchronously in bfloat16', () => withSmallNet((net) => withPrecision('bfloat16', async () => net.forward(ones([2, 6, 6, 1])))), ArgumentError, 'withPrecision: the function returned a promise; it must be synchronous'],
  ['in a precision that is none', () => withSmallNet((net) => withPrecision(any('fp16'), () => net.forward(ones([2, 6, 6, 1])))), ArgumentError, "withPrecision: precision must be one of 'float32', 'bfloat16', but received 'fp16'"],
]);

const image = input([4, 4, 1]);
const flat = image.pipe(layers.flatten());
/** A model of two inputs and two outputs. */
const twoByTwo = () => {
  const other = input([3]);
  const both = join(layers.concat(), [flat, other]);
  return graph({ inputs: { image, other }, outputs: { a: both.pipe(layers.dense({ units: 2 })), b: both } });
};
/** What becomes of inputs given to it. */
const given = (x: unknown) => {
  using net = twoByTwo();
  return net.forward(any(x));
};

// biome-ignore format: a line per case
refuses('graphs', [
  ['an input without a shape', () => input(any(undefined)), ArgumentError, 'input: shape must be an array of extents, but received undefined'],
  ['an input of no pixels', () => input([0, 4, 1]), ArgumentError, 'input: shape must hold positive integers, but received [0, 4, 1]'],
  ['an input of half a pixel', () => input([0.5]), ArgumentError, 'shape must hold non-negative integers, but received [0.5]'],
  ['an input of NaN', () => input([Number.NaN, 4, 1]), ArgumentError, 'input: shape must hold non-negative integers, but received [NaN, 4, 1]'],
  ['an input of text', () => input(any('4x4')), ArgumentError, "input: shape must be an array of extents, but received '4x4'"],
  ['a layer that is none', () => image.pipe(any('relu')), ArgumentError, "pipe: layers[0] is not a layer, but 'relu'"],
  ['a list of layers', () => image.pipe(any([layers.flatten()])), ArgumentError, 'pipe: layers[0] is not a layer, but ['],
  ['a merge in a pipe', () => image.pipe(layers.flatten(), any(layers.add())), ArgumentError, 'pipe: layers[1] is not a layer, but a merge; call join(layers.add(), [ … ])'],
  ['a layer that does not fit', () => image.pipe(any(layers.dense({ units: 2, name: 'head' }))), ShapeError, 'dense "head": expects a flat input [features], got [4, 4, 1]'],
  ['no merge', () => join(any(undefined), any([image])), ArgumentError, 'join: expected a merge, such as layers.add(), but received undefined'],
  ['no branches', () => join(layers.add(), []), ArgumentError, 'add: expects at least one input'],
  ['a branch that is no list', () => join(layers.add(), any(image)), ArgumentError, 'join: expected an array of nodes to add, but received a node'],
  ['a branch that is no node', () => join(layers.add(), any([image, null])), ArgumentError, 'join: nodes[1] is not a node of a graph, but null'],
  ['branches of other shapes', () => join(layers.multiply(), any([image, flat])), ShapeError, 'multiply: merges [4, 4, 1] with [16]: make their shapes the same'],
  ['branches of other heights', () => join(layers.concat(), any([image, input([3, 4, 1])])), ShapeError, 'concat: joins along the channels, but [4, 4, 1] and [3, 4, 1] differ'],
  ['no options', () => graph(any(undefined)), ArgumentError, 'graph: expected an options object, but received undefined'],
  ['an unknown option', () => graph(any({ inputs: image, output: flat })), ArgumentError, "graph: unknown option 'output'; it takes inputs, outputs, seed, dtype"],
  ['no outputs', () => graph(any({ inputs: image })), ArgumentError, 'graph: outputs must be a node or a record of nodes { logits, … }, but received undefined'],
  ['outputs without names', () => graph({ inputs: image, outputs: any([flat]) }), ArgumentError, 'graph: outputs must be a node or a record of nodes { logits, … }, but received an array'],
  ['an empty record', () => graph({ inputs: {}, outputs: flat }), ArgumentError, 'graph: inputs must be a node or a record of nodes { image, … }, but received {}'],
  ['a shape for an input', () => graph({ inputs: any({ image: [4, 4, 1] }), outputs: flat }), ArgumentError, 'graph: inputs.image is not a node, but [4,4,1]'],
  ['an input that is not used', () => graph({ inputs: { image, more: input([3]) }, outputs: flat }), ArgumentError, "graph: no output depends on input 'more'"],
  ['an input of another graph', () => graph({ inputs: image, outputs: { flat, foreign: input([7]).pipe(layers.dense({ units: 2 })) } }), ArgumentError, "graph: output 'foreign' depends on an input of shape [7] that is not among the inputs"],
  ['two layers of one name', () => graph({ inputs: flat, outputs: flat.pipe(layers.dense({ units: 2, name: 'a' }), layers.dense({ units: 2, name: 'a' })) }), ArgumentError, "graph: two layers are named 'a'"],
  ['a layer at two places of other shapes', () => { const shared = layers.dense({ units: 3, name: 'twice' }); return graph({ inputs: flat, outputs: flat.pipe(shared, shared) }).parameters; }, ShapeError, 'dense "twice#2": input [3] needs weights [3, 3], but the layer was built with [16, 3]'],
  ['an output to select that is not there', () => twoByTwo().select(any('c')), ArgumentError, "model: has no output 'c'; it has a, b"],
  ['nothing to select', () => twoByTwo().select([]), ArgumentError, 'select: expected the name of an output or an array of names, but received []'],
  ['the number of an output', () => twoByTwo().select(any(0)), ArgumentError, 'select: expected the name of an output or an array of names, but received 0'],
  ['an output of a model that has one', () => withSmallNet((net) => net.select(any('a'))), ArgumentError, 'model: has a single output, there is nothing to select'],
  ['a graph of two inputs as a layer', () => twoByTwo().layer, ArgumentError, 'model: is no layer, because it has several inputs or outputs'],
]);

// biome-ignore format: a line per case
refuses('inputs of graphs', [
  ['a tensor for two', () => given(ones([1, 4, 4, 1])), ArgumentError, 'model: x must be a record { image, other }, but received a tensor of shape [1, 4, 4, 1]'],
  ['one of two', () => given({ image: ones([1, 4, 4, 1]) }), ArgumentError, 'model: x must be a record { image, other }, but received { image }'],
  ['one too many', () => given({ image: ones([1, 4, 4, 1]), other: ones([1, 3]), more: ones([1]) }), ArgumentError, 'but received { image, other, more }'],
  ['an array', () => given({ image: ones([1, 4, 4, 1]), other: new Float32Array(3) }), ArgumentError, 'model: x.other must be a tensor'],
  ['of another shape', () => given({ image: ones([1, 4, 4, 1]), other: ones([1, 4]) }), ShapeError, "model: expects input 'other' of shape [batch, 3], got [1, 4]"],
  ['of other batches', () => given({ image: ones([2, 4, 4, 1]), other: ones([1, 3]) }), ShapeError, "model: input 'other' has a batch of 1, but another input one of 2"],
  ['of another dtype, in a merge', () => given({ image: ones([1, 4, 4, 1]), other: ones([1, 3], 'float64') }), DTypeError, 'concat "1": inputs[1] is float64, but inputs[0] is float32'],
  ['to predict, one of two', () => { using net = twoByTwo(); return predict(net, any({ image: ones([1, 4, 4, 1]) })); }, ArgumentError, 'model: x must be a record { image, other }, but received { image }'],
  ['to predict, of other counts', () => { using net = twoByTwo(); return predict(net, { image: { data: new Float32Array(32), shape: [2, 4, 4, 1] }, other: { data: new Float32Array(3), shape: [1, 3] } }); }, ArgumentError, 'predict: x.image has 2 samples, but x.other has 1'],
  ['to predict, of mixed kinds', () => { using net = twoByTwo(); return predict(net, any({ image: ones([1, 4, 4, 1]), other: { data: new Float32Array(3), shape: [1, 3] } })); }, ArgumentError, 'predict: expected a tensor, an array with data and shape, or a dataset with batches, but received { image, other }'],
]);
