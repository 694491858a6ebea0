/** Bad models, images, targets and options of the methods that explain scores by gradients. */
import {
  ArgumentError,
  DTypeError,
  graph,
  input,
  layers,
  optimizers,
  ShapeError,
  sequential,
  tensor,
  valueAndGradients,
  vis,
} from '../../lib/index.js';
import { noise } from '../support/tensors.js';
import { refuses } from './support.js';

/** Anything at all, where the compiler would object. */
const any = (value: unknown) => value as never;

const batch = () => tensor(Float32Array.from(noise(72)), [2, 6, 6, 1]);
const end = () => [layers.globalAveragePool2d(), layers.dense({ units: 3 })] as const;
const conv = () => layers.conv2d({ filters: 4, kernelSize: 3, name: 'conv' });
const net = () => sequential({ inputShape: [6, 6, 1], layers: [conv(), ...end()] });
const two = () =>
  sequential({
    inputShape: [6, 6, 1],
    layers: [conv(), layers.conv2d({ filters: 2, kernelSize: 3, name: 'late' }), ...end()],
  });
const sentences = () => sequential({ inputShape: [8], layers: [layers.dense({ units: 2 })] });
const image = input([6, 6, 1]);
const bytes = () => graph({ inputs: image, outputs: image.pipe(layers.normalizePixels(), ...end()) });
const buried = () =>
  sequential({ inputShape: [6, 6, 1], layers: [layers.conv2d({ filters: 4, kernelSize: 3, activation: 'softmax' })] });

function forked() {
  const image = input([6, 6, 1]);
  const maps = image.pipe(conv());
  return graph({ inputs: image, outputs: { digit: maps.pipe(layers.flatten()), maps } });
}

// biome-ignore format: a line per case
refuses('gradients of scores', [
  ['no model', () => vis.saliency(any(null), batch()), ArgumentError, 'saliency: expected a model, but received null'],
  ['a model of no images', () => vis.saliency(any(sentences()), batch()), ShapeError, 'saliency: the model must take images [height, width, channels], but takes [8]'],
  ['a model of several outputs', () => vis.saliency(any(forked()), batch()), ArgumentError, 'saliency: the model has several outputs (digit, maps)'],
  ['a softmax that cannot be seen behind', () => vis.saliency(any(buried()), batch()), ArgumentError, 'saliency: the scores before the softmax of conv2d "0" cannot be seen: make the softmax a layer of its own'],
  ['an array for images', () => vis.saliency(net(), any([1])), ArgumentError, 'saliency: images must be a tensor, but received an array'],
  ['images of another size', () => vis.saliency(net(), tensor(new Float32Array(25), [1, 5, 5, 1])), ShapeError, 'saliency: images must have shape [batch, 6, 6, 1], but has [1, 5, 5, 1]'],
  ['images of another dtype', () => vis.saliency(net(), tensor(new Float64Array(36), [1, 6, 6, 1])), DTypeError, 'conv2d "conv"'],
  ['a class there is not', () => vis.saliency(net(), batch(), { target: 3 }), ArgumentError, 'saliency: target 3 is not below 3, the number of channels'],
  ['half a class', () => vis.saliency(net(), batch(), { target: 0.5 }), ArgumentError, 'saliency: target must be a non-negative integer, but received 0.5'],
  ['a class by name', () => vis.saliency(net(), batch(), { target: any('cat') }), ArgumentError, "saliency: target must be a class, a class per image, 'best' or { layer, channel }, but received 'cat'"],
  ['classes for other images', () => vis.saliency(net(), batch(), { target: [1, 2, 0] }), ArgumentError, 'saliency: target has 3 classes for 2 images'],
  ['an unknown option', () => vis.saliency(net(), batch(), any({ class: 1 })), ArgumentError, "saliency: unknown option 'class'; it takes target"],
  ['an unknown rule', () => valueAndGradients(() => tensor(1), [], { rectifier: any('zeiler') }), ArgumentError, "valueAndGradients: rectifier must be one of 'backprop', 'deconvnet', 'guided', but received 'zeiler'"],
  ['an unknown option', () => valueAndGradients(() => tensor(1), [], any({ rule: 'guided' })), ArgumentError, "valueAndGradients: unknown option 'rule'; it takes rectifier"],
  ['a rule without its name', () => valueAndGradients(() => tensor(1), [], any('guided')), ArgumentError, "valueAndGradients: expected an options object, but received 'guided'"],
  ['a value that was not recorded', () => valueAndGradients(() => tensor(1), [() => tensor([1, 2])]), ArgumentError, 'valueAndGradients: a tensor of shape [2] to differentiate by was not recorded; take it from the intermediates of model.forwardWith'],
  ['values that are none', () => valueAndGradients(() => tensor(1), any([() => 1])), ArgumentError, 'valueAndGradients: expected a tensor on the way to differentiate by, but received 1'],
]);

// biome-ignore format: a line per case
refuses('units of layers', [
  ['a layer there is not', () => vis.deconvnet(net(), batch(), { target: { layer: 'conv9', channel: 0 } }), ArgumentError, "deconvnet: the model has no layer 'conv9'"],
  ['a layer by number', () => vis.deconvnet(net(), batch(), { target: { layer: any(0), channel: 0 } }), ArgumentError, 'deconvnet: target.layer must be the path of a layer, but received 0'],
  ['no channel', () => vis.deconvnet(net(), batch(), { target: any({ layer: 'conv' }) }), ArgumentError, 'deconvnet: target.channel must be a channel, but received undefined'],
  ['a channel there is not', () => vis.guidedBackprop(net(), batch(), { target: { layer: 'conv', channel: 4 } }), ArgumentError, 'guidedBackprop: target.channel 4 is not below 4, the number of channels'],
  ['a place outside', () => vis.guidedBackprop(net(), batch(), { target: { layer: 'conv', channel: 0, position: [4, 0] } }), ArgumentError, "guidedBackprop: target.position must be 'strongest', 'mean' or a place in [4, 4], but received [4,0]"],
  ['a place of a class', () => vis.guidedBackprop(net(), batch(), { target: { channel: 0, position: [0, 0] } }), ArgumentError, "a place in [], but received [0,0]"],
  ['a place by name', () => vis.deconvnet(net(), batch(), { target: { layer: 'conv', channel: 0, position: any('middle') } }), ArgumentError, "but received 'middle'"],
  ['an unknown option of a unit', () => vis.deconvnet(net(), batch(), { target: any({ layer: 'conv', channel: 0, row: 1 }) }), ArgumentError, "deconvnet: target: unknown option 'row'; it takes layer, channel, position"],
  ['an unknown option', () => vis.deconvnet(net(), batch(), any({ layer: 'conv' })), ArgumentError, "deconvnet: unknown option 'layer'; it takes target"],
  ['an option of guided backpropagation', () => vis.guidedBackprop(net(), batch(), any({ rule: 'guided' })), ArgumentError, "guidedBackprop: unknown option 'rule'; it takes target"],
]);

// biome-ignore format: a line per case
refuses('class activation maps', [
  ['cam of a network without averages', () => vis.cam(sequential({ inputShape: [6, 6, 1], layers: [layers.flatten(), layers.dense({ units: 3 })] }), batch()), ArgumentError, 'cam: the model must end in global average pooling and a dense layer, but ends in flatten, dense; use gradCam'],
  ['cam of a class there is not', () => vis.cam(net(), batch(), { target: -1 }), ArgumentError, 'cam: target must be a non-negative integer, but received -1'],
  ['cam of a unit', () => vis.cam(net(), batch(), { target: any({ layer: 'conv', channel: 0 }) }), ArgumentError, 'cam: target must be a class'],
  ['cam of an unknown size', () => vis.cam(net(), batch(), { size: any(7) }), ArgumentError, "cam: size must be one of 'image', 'layer', but received 7"],
  ['gradCam of an unknown size', () => vis.gradCam(net(), batch(), { size: any('input') }), ArgumentError, "gradCam: size must be one of 'image', 'layer', but received 'input'"],
  ['gradCam of a layer without maps', () => vis.gradCam(net(), batch(), { layer: '1' }), ShapeError, "gradCam: layer '1' must put out maps [height, width, channels], but puts out [4]"],
  ['gradCam of a layer there is not', () => vis.gradCam(net(), batch(), { layer: 'features' }), ArgumentError, "gradCam: the model has no layer 'features'"],
  ['gradCam by a layer after the target', () => vis.gradCam(two(), batch(), { layer: 'late', target: { layer: 'conv', channel: 0 } }), ArgumentError, "gradCam: layer 'late' comes after the target's, 'conv'"],
  ['gradCam without convolutions', () => vis.gradCam(sequential({ inputShape: [6, 6, 1], layers: end() }), batch()), ArgumentError, 'gradCam: the model has no convolution with more than one place: name a layer'],
  ['guidedGradCam of no path', () => vis.guidedGradCam(net(), batch(), { layer: any(1) }), ArgumentError, 'guidedGradCam: layer must be the path of a layer, but received 1'],
  ['guidedGradCam of images one by one', () => vis.guidedGradCam(net(), tensor(new Float32Array(36), [6, 6, 1])), ShapeError, 'guidedGradCam: images must have shape [batch, 6, 6, 1], but has [6, 6, 1]'],
  ['guidedGradCam of a size', () => vis.guidedGradCam(net(), batch(), any({ size: 'layer' })), ArgumentError, "guidedGradCam: unknown option 'size'; it takes target, layer"],
  ['guidedGradCam of no target', () => vis.guidedGradCam(net(), batch(), { target: any(null) }), ArgumentError, 'guidedGradCam: target must be a class'],
]);

// biome-ignore format: a line per case
refuses('class models', [
  ['no options', () => vis.classModel(net(), any(undefined)), ArgumentError, 'classModel: expected an options object, but received undefined'],
  ['no target', () => vis.classModel(net(), any({})), ArgumentError, 'classModel: target must be a class or { layer, channel }, but received undefined'],
  ['the best of nothing', () => vis.classModel(net(), { target: any('best') }), ArgumentError, "classModel: target must be a class or { layer, channel }, but received 'best'"],
  ['bytes', () => vis.classModel(bytes(), { target: 0 }), ArgumentError, 'classModel: the model takes bytes, which have no gradient: take the one inside, without normalizePixels'],
  ['no steps', () => vis.classModel(net(), { target: 0, steps: 0 }), ArgumentError, 'classModel: steps must be a positive integer, but received 0'],
  ['an optimizer by name', () => vis.classModel(net(), { target: 0, optimizer: any('adam') }), ArgumentError, "classModel: optimizer must be one, such as optimizers.adam(), but received 'adam'"],
  ['an unknown parametrization', () => vis.classModel(net(), { target: 0, parametrization: any('wavelets') }), ArgumentError, "classModel: parametrization must be one of 'fourier', 'pixels', but received 'wavelets'"],
  ['a negative penalty', () => vis.classModel(net(), { target: 0, penalty: -1 }), ArgumentError, 'classModel: penalty must be a finite number of at least 0, but received -1'],
  ['a mean for other channels', () => vis.classModel(net(), { target: 0, mean: [0, 0, 0] }), ArgumentError, 'classModel: mean must be a number or one for each of 1 channels, but has 3'],
  ['a range of nothing', () => vis.classModel(net(), { target: 0, range: [1, 1] }), ArgumentError, 'classModel: range must be [low, high], but received [1,1]'],
  ['a range and a mean', () => vis.classModel(net(), { target: 0, range: [0, 1], mean: 0.5 }), ArgumentError, 'classModel: range has its mean in the middle: leave out mean'],
  ['regularised spectra', () => vis.classModel(net(), { target: 0, regularize: { decay: 0.1 } }), ArgumentError, "classModel: regularize works on pixels: it needs parametrization 'pixels', and no range"],
  ['a decay of more than all', () => vis.classModel(net(), { target: 0, parametrization: 'pixels', regularize: { decay: 2 } }), ArgumentError, 'classModel: regularize: decay must be a finite number from 0 to 1, but received 2'],
  ['an unknown regularisation', () => vis.classModel(net(), { target: 0, parametrization: 'pixels', regularize: any({ blur: 2 }) }), ArgumentError, "unknown option 'blur'"],
  ['a jitter of half a pixel', () => vis.classModel(net(), { target: 0, jitter: 0.5 }), ArgumentError, 'classModel: jitter must be a non-negative integer, but received 0.5'],
  ['a seed of NaN', () => vis.classModel(net(), { target: 0, seed: Number.NaN }), ArgumentError, 'seed must be'],
  ['more than one can learn from', () => vis.classModel(net(), { target: 0, optimizer: optimizers.sgd({ learningRate: Number.POSITIVE_INFINITY }) }), ArgumentError, 'learningRate must be a finite number'],
]);
