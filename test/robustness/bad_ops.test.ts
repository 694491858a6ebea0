/** Bad inputs and options of ops. */
import {
  ArgumentError,
  DTypeError,
  NativeError,
  ones,
  ops,
  Random,
  ShapeError,
  tensor,
  zeros,
} from '../../lib/index.js';
import { refuses } from './support.js';

/** Anything at all, where the compiler would object. */
const any = (value: unknown) => value as never;

const image = (shape: readonly number[] = [1, 5, 5, 2]) => ones(shape);
const filter = (shape: readonly number[] = [3, 3, 2, 4]) => ones(shape);
const labels = (...values: number[]) => tensor(Int32Array.from(values));
const logits = () => ones([2, 3]);

// biome-ignore format: a line per case
refuses('operands', [
  ['none', () => ops.relu(any(undefined)), ArgumentError, 'relu: x must be a tensor, but received undefined'],
  ['an array', () => ops.exp(any([1, 2])), ArgumentError, 'exp: x must be a tensor, but received an array'],
  ['labels', () => ops.sigmoid(labels(1)), DTypeError, 'sigmoid: x must be float32, float64 or bfloat16, but is int32'],
  ['of mixed dtypes', () => ops.add(ones([2]), ones([2], 'float64')), DTypeError, 'add: a is float32, but b is float64'],
  ['that do not broadcast', () => ops.multiply(ones([2, 3]), ones([2])), ShapeError, 'shapes [2, 3] and [2] do not broadcast: 3 meets 2'],
  ['two numbers', () => ops.subtract(1, 2), ArgumentError, 'subtract: a or b must be a tensor, but both are numbers'],
  ['matrices that do not meet', () => ops.matmul(ones([2, 3]), ones([4, 5])), ShapeError, 'a [2, 3] has inner extent 3, b [4, 5] expects 4'],
  ['an image for a matrix', () => ops.matmul(image(), ones([2, 2])), ShapeError, 'matmul: a must have 2 axes [rows, inner], but has shape [1, 5, 5, 2]'],
  ['a bias that does not fit', () => ops.matmul(ones([2, 3]), ones([3, 4]), { bias: ones([3]) }), ShapeError, 'bias must have shape [4], but has [3]'],
  ['nothing to join', () => ops.concat([]), ArgumentError, 'concat: expected an array of at least one tensor, but received []'],
  ['joined of other heights', () => ops.concat([image(), image([1, 4, 5, 2])]), ShapeError, 'differ not only along axis 3'],
  ['joined of mixed dtypes', () => ops.concat([ones([1]), ones([1], 'float64')]), DTypeError, 'inputs[1] is float64, but inputs[0] is float32'],
]);

// biome-ignore format: a line per case
refuses('axes and shapes', [
  ['an axis too many', () => ops.sum(ones([2, 3]), { axes: 2 }), ArgumentError, 'sum: axis 2 is not one of shape [2, 3], which has 2 axes'],
  ['an axis and a half', () => ops.mean(ones([2]), { axes: 0.5 }), ArgumentError, 'mean: axis 0.5 is not one of'],
  ['an axis twice', () => ops.sum(ones([2, 3]), { axes: [0, -2] }), ArgumentError, 'axes [0,-2] name an axis twice'],
  ['the largest of nothing', () => ops.max(tensor([], [0, 2]), { axes: 0 }), ShapeError, 'axis 0 has nothing to choose from'],
  ['softmax of a number', () => ops.softmax(tensor(1)), ArgumentError, 'softmax: axis -1 is not one of shape []'],
  ['a reshape that does not fit', () => ops.reshape(ones([6]), [4, -1]), ShapeError, '[6] has 6 elements, which do not fill shape [4, -1]'],
  ['two unknown extents', () => ops.reshape(ones([6]), [-1, -1]), ArgumentError, 'shape must hold non-negative integers'],
  ['axes in the order of none', () => ops.transpose(ones([2, 3]), [0, 0]), ArgumentError, 'each of the 2 axes of x once, but received [0,0]'],
  ['a stretch that does not fit', () => ops.broadcastTo(ones([2]), [2, 3]), ShapeError, /\[2\].*\[2, 3\]/],
]);

// biome-ignore format: a line per case
refuses('convolutions', [
  ['of other channels', () => ops.conv2d(image(), filter([3, 3, 1, 8])), ShapeError, 'conv2d: input has 2 channels, filter [3, 3, 1, 8] expects 1'],
  ['of a matrix', () => ops.conv2d(ones([5, 5]), filter()), ShapeError, 'x must have 4 axes [batch, height, width, channels], but has shape [5, 5]'],
  ['of pixels', () => ops.conv2d(ones([1, 5, 5, 2], 'uint8'), filter()), DTypeError, 'conv2d: x must be float32, float64 or bfloat16, but is uint8'],
  ['of mixed dtypes', () => ops.conv2d(image(), ones([3, 3, 2, 4], 'float64')), DTypeError, 'filter is float64, but x is float32'],
  ['with a kernel larger than the image', () => ops.conv2d(image(), filter([7, 3, 2, 4])), ShapeError, "kernel 7 is larger than the input's height 5"],
  ['with a dilated kernel larger than the image', () => ops.conv2d(image(), filter(), { dilations: 3, padding: [0, 1] }), ShapeError, 'kernel 3 (dilated to 7) is larger'],
  ['with a kernel of nothing', () => ops.conv2d(image(), zeros([0, 3, 2, 4])), ArgumentError, 'kernelSize[0] must be a positive integer, but received 0'],
  ['in groups that do not divide', () => ops.conv2d(image(), filter([3, 3, 1, 3]), { groups: 2 }), ShapeError, '2 groups do not divide the 3 filters'],
  ['with strides 0', () => ops.conv2d(image(), filter(), { strides: 0 }), ArgumentError, 'strides must be a positive integer, but received 0'],
  ['with strides NaN', () => ops.conv2d(image(), filter(), { strides: [1, Number.NaN] }), ArgumentError, 'strides[1] must be a positive integer, but received NaN'],
  ['with three strides', () => ops.conv2d(image(), filter(), { strides: any([1, 1, 1]) }), ArgumentError, 'strides must be a number or [height, width], but received [1,1,1]'],
  ['with strides of 33 bits', () => ops.conv2d(image(), filter(), { strides: 2 ** 32 }), ArgumentError, 'must not exceed 2147483647, but are 5, 4294967296 and 1'],
  ['with dilations of 33 bits', () => ops.conv2d(image(), ones([1, 1, 2, 1]), { dilations: 2 ** 32 }), ArgumentError, 'must not exceed 2147483647'],
  ['with bigint strides', () => ops.conv2d(image(), filter(), { strides: any(2n) }), ArgumentError, 'received 2n'],
  ['with padding in capitals', () => ops.conv2d(image(), filter(), { padding: any('SAME') }), ArgumentError, "received 'SAME'"],
  ['with negative padding', () => ops.conv2d(image(), filter(), { padding: -1 }), ArgumentError, 'with non-negative integers, but received -1'],
  ['with padding NaN', () => ops.conv2d(image(), filter(), { padding: [Number.NaN, 1] }), ArgumentError, 'received ["NaN",1]'],
  ['with half of a padding', () => ops.conv2d(image(), filter(), { padding: any({ h: [1, 1] }) }), ArgumentError, 'received {"h":[1,1]}'],
  ['with padding of 33 bits', () => ops.conv2d(image(), filter(), { padding: 2 ** 32 }), ArgumentError, 'must not exceed 2147483647'],
  ['with a bias per channel', () => ops.conv2d(image(), filter(), { bias: ones([2]) }), ShapeError, 'bias must have shape [4], but has [2]'],
  ['with an unknown activation', () => ops.conv2d(image(), filter(), { activation: any('swish') }), ArgumentError, "activation must be one of 'none', 'relu', but received 'swish'"],
  ['by an algorithm there is not', () => ops.conv2d(image(), filter(), { algorithm: any('winograd') }), ArgumentError, "algorithm must be one of 'auto', 'direct', 'winograd2', 'winograd4', but received 'winograd'"],
  ['by a number for an algorithm', () => ops.conv2d(image(), filter(), { algorithm: any(2) }), ArgumentError, 'but received 2'],
  ['by null for an algorithm', () => ops.conv2d(image(), filter(), { algorithm: any(null) }), ArgumentError, 'but received null'],
  ['by minimal filtering of 4×4', () => ops.conv2d(image(), filter([4, 4, 2, 4]), { algorithm: 'winograd2' }), ArgumentError, "conv2d: algorithm 'winograd2' needs a 3×3 or 5×5 kernel, but the kernel is 4×4"],
  ['by 4×4 tiles of 5×5', () => ops.conv2d(image(), filter([5, 5, 2, 4]), { algorithm: 'winograd4' }), ArgumentError, "conv2d: algorithm 'winograd4' needs a 3×3 kernel, but the kernel is 5×5"],
  ['by minimal filtering with strides', () => ops.conv2d(image(), filter(), { algorithm: 'winograd4', strides: 2 }), ArgumentError, "algorithm 'winograd4' needs strides 1, but strides are 2×2"],
  ['by minimal filtering with dilations', () => ops.conv2d(image(), filter(), { algorithm: 'winograd4', dilations: [1, 2] }), ArgumentError, 'needs dilations 1, but dilations are 1×2'],
  ['by minimal filtering in groups', () => ops.conv2d(image(), filter([3, 3, 1, 4]), { algorithm: 'winograd2', groups: 2 }), ArgumentError, 'needs groups 1, but groups are 2'],
  ['with an option of another name', () => ops.conv2d(image(), filter(), any({ stride: 2 })), ArgumentError, "conv2d: unknown option 'stride'; it takes bias, strides"],
  ['with options that are none', () => ops.conv2d(image(), filter(), any(2)), ArgumentError, 'expected an options object, but received 2'],
]);

// biome-ignore format: a line per case
refuses('pooling', [
  ['without a window', () => ops.maxPool2d(image(), any({})), ArgumentError, 'maxPool2d: poolSize must be a positive integer, but received undefined'],
  ['with a window larger than the image', () => ops.averagePool2d(image(), { poolSize: 6 }), ShapeError, "averagePool2d: kernel 6 is larger than the input's height 5"],
  ['in the padding alone', () => ops.maxPool2d(image(), { poolSize: 2, padding: 2 }), ArgumentError, 'padding of the height must be less than poolSize 2 on each end, but is [2, 2]'],
  ['with strides of 33 bits', () => ops.maxPool2d(image(), { poolSize: 2, strides: 2 ** 32 }), ArgumentError, 'must not exceed 2147483647'],
  ['of no pixels', () => ops.globalAveragePool2d(zeros([1, 0, 3, 2])), ShapeError, 'an image must not be empty, but x has shape [1, 0, 3, 2]'],
]);

// biome-ignore format: a line per case
refuses('normalisation, dropout and random numbers', [
  ['batch norm without training or not', () => ops.batchNorm(image(), ones([2]), ones([2]), ones([2]), ones([2]), any({})), ArgumentError, 'batchNorm: training must be true or false, but received undefined'],
  ['batch norm of an unknown convention', () => ops.batchNorm(image(), ones([2]), ones([2]), ones([2]), ones([2]), { training: false, varianceConvention: any('biased') }), ArgumentError, "batchNorm: varianceConvention must be one of 'pytorch', 'keras', but received 'biased'"],
  ['batch norm of no convention', () => ops.batchNorm(image(), ones([2]), ones([2]), ones([2]), ones([2]), { training: false, varianceConvention: any(null) }), ArgumentError, "varianceConvention must be one of 'pytorch', 'keras', but received null"],
  ['batch norm of other channels', () => ops.batchNorm(image(), ones([3]), ones([2]), ones([2]), ones([2]), { training: false }), ShapeError, 'gamma must have shape [2], but has [3]'],
  ['batch norm of one value', () => ops.batchNorm(ones([1, 2]), ones([2]), ones([2]), ones([2]), ones([2]), { training: true }), ShapeError, 'training needs at least two values per channel'],
  ['batch norm into tensors', () => ops.batchNorm(image(), ones([2]), ones([2]), ones([2]), ones([2]), { training: true }), ArgumentError, 'must be parameters in training'],
  ['all dropped', () => ops.dropout(ones([2]), { rate: 1, random: new Random(0) }), ArgumentError, 'dropout: rate must be below 1, but received 1'],
  ['dropout at NaN', () => ops.dropout(ones([2]), { rate: Number.NaN, random: new Random(0) }), ArgumentError, 'a finite number from 0 to 1, but received NaN'],
  ['dropout without randomness', () => ops.dropout(ones([2]), any({ rate: 0.5 })), ArgumentError, 'random must be a Random, but received undefined'],
  ['a uniform from high to low', () => ops.randomUniform([2], { low: 1, high: 0, random: new Random(0) }), ArgumentError, 'high must be a finite number of at least 1, but received 0'],
  ['normals of negative deviation', () => ops.randomNormal([2], { standardDeviation: -1, random: new Random(0) }), ArgumentError, 'at least 0, but received -1'],
  ['pixels that are floats', () => ops.normalizePixels(image()), DTypeError, 'normalizePixels: x must be uint8, but is float32'],
  ['statistics of other channels', () => ops.normalizePixels(ones([1, 2], 'uint8'), { mean: [0, 0, 0] }), ArgumentError, 'but received 3 for 2 channels'],
  ['a deviation of 0', () => ops.normalizePixels(ones([1, 2], 'uint8'), { standardDeviation: [1, 0] }), ArgumentError, 'must be positive, but received [1,0]'],
  ['clipping upside down', () => ops.clip(ones([2]), 1, 0), ArgumentError, 'numbers with low <= high, but received 1 and 0'],
]);

// biome-ignore format: a line per case
refuses('labels', [
  ['above the classes', () => ops.softmaxCrossEntropy(logits(), labels(0, 3)).item(), NativeError, 'softmaxCrossEntropy: labels[1] is 3, outside of the classes 0 to 2'],
  ['below 0', () => ops.softmaxCrossEntropy(logits(), labels(-1, 0)).item(), NativeError, 'labels[0] is -1, outside of the classes 0 to 2'],
  ['far out of range', () => ops.softmaxCrossEntropy(logits(), labels(2 ** 31 - 1, -(2 ** 31))).item(), NativeError, 'labels[0] is 2147483647'],
  ['out of range for a metric', () => ops.topKCorrect(logits(), labels(0, 7)).item(), NativeError, 'topKCorrect: labels[1] is 7'],
  ['as floats', () => ops.softmaxCrossEntropy(logits(), ones([2])), DTypeError, /labels must .*int32.* is float32/],
  ['as pixels', () => ops.softmaxCrossEntropy(logits(), ones([2, 28, 28], 'uint8')), ShapeError, 'labels must have shape [2], but has [2, 28, 28]'],
  ['of pixels, one per image', () => ops.softmaxCrossEntropy(ones([2, 4, 4, 3]), ones([2], 'uint8')), ShapeError, 'labels must have shape [2, 4, 4], but has [2]'],
  ['of pixels, beyond the classes', () => ops.softmaxCrossEntropy(ones([1, 2, 2, 3]), tensor(Uint8Array.of(0, 1, 2, 255), [1, 2, 2])).item(), NativeError, 'labels[3] is 255, outside of the classes 0 to 2'],
  ['to be ignored that bytes cannot be', () => ops.softmaxCrossEntropy(logits(), ones([2], 'uint8'), { ignoreIndex: -1 }), ArgumentError, 'ignoreIndex is -1, which no uint8 label can be'],
  ['too few', () => ops.softmaxCrossEntropy(logits(), labels(0)), ShapeError, 'labels must have shape [2], but has [1]'],
  ['smoothed too much', () => ops.softmaxCrossEntropy(logits(), labels(0, 1), { labelSmoothing: 2 }), ArgumentError, 'labelSmoothing must be a finite number from 0 to 1, but received 2'],
  ['among the best 4 of 3', () => ops.topKCorrect(logits(), labels(0, 1), 4), ArgumentError, 'k must not exceed the 3 classes, but received 4'],
]);
