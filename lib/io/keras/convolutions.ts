// Conv2D, DepthwiseConv2D, SeparableConv2D, Conv2DTranspose, Conv1D: filters lie in Keras as they do here.
import { Conv1d } from '../../layers/conv1d.js';
import { Conv2d } from '../../layers/conv2d.js';
import { Conv2dTranspose } from '../../layers/conv2d_transpose.js';
import { DepthwiseConv2d } from '../../layers/depthwise_conv2d.js';
import type { FilterLayer } from '../../layers/filter_layer.js';
import { SeparableConv2d } from '../../layers/separable_conv2d.js';
import type { ShapeRule } from '../../layers/shape_rule.js';
import { readActivation, writeActivation } from './activations.js';
import type { KerasConfig } from './config.js';
import { converter, type Refuse } from './converter.js';
import { imageLayout, readPadding, writePadding } from './windows.js';

/** What every layer with a filter has. */
function readFilterLayer(config: KerasConfig) {
  return { activation: readActivation(config), bias: config.boolean('use_bias', true) };
}

function writeFilterLayer({ activation, bias }: FilterLayer<ShapeRule>, refuse: Refuse) {
  return { activation: writeActivation(activation, refuse), use_bias: bias };
}

/** The window of a convolution over images. */
function readWindow(config: KerasConfig) {
  return {
    kernelSize: config.pair('kernel_size'),
    strides: config.pair('strides', 1),
    padding: readPadding(config),
    dilations: config.pair('dilation_rate', 1),
  };
}

type Windowed = Conv2d | DepthwiseConv2d | SeparableConv2d;

function writeWindow({ kernelSize, strides, dilations }: Pick<Windowed, 'kernelSize' | 'strides' | 'dilations'>) {
  return { kernel_size: kernelSize, strides, dilation_rate: dilations, ...imageLayout };
}

/** Groups, which TensorFlow.js does not know, only where there are some. */
const writeGroups = (groups: number) => (groups === 1 ? {} : { groups });

const filter = { kernel: 'filter', bias: 'bias' };

export const conv2d = converter<Conv2d>({
  className: 'Conv2D',
  type: Conv2d,
  weights: filter,
  read: (config, { name }) =>
    new Conv2d({
      name,
      filters: config.integer('filters'),
      groups: config.integer('groups', 1),
      ...readWindow(config),
      ...readFilterLayer(config),
    }),
  write: (layer, input, refuse) => {
    if (layer.flip) refuse('flips its kernel, which Keras cannot');
    const { keyword: padding, around } = writePadding(layer, input);
    const { filters, groups } = layer;
    const settings = {
      filters,
      ...writeWindow(layer),
      padding,
      ...writeGroups(groups),
      ...writeFilterLayer(layer, refuse),
    };
    return { className: 'Conv2D', settings, around };
  },
});

export const depthwiseConv2d = converter<DepthwiseConv2d>({
  className: 'DepthwiseConv2D',
  type: DepthwiseConv2d,
  weights: { depthwise_kernel: 'filter', bias: 'bias' },
  read: (config, { name }) =>
    new DepthwiseConv2d({
      name,
      multiplier: config.integer('depth_multiplier', 1),
      ...readWindow(config),
      ...readFilterLayer(config),
    }),
  write: (layer, input, refuse) => {
    const { keyword: padding, around } = writePadding(layer, input);
    const settings = {
      depth_multiplier: layer.multiplier,
      ...writeWindow(layer),
      padding,
      ...writeFilterLayer(layer, refuse),
    };
    return { className: 'DepthwiseConv2D', settings, around };
  },
});

export const separableConv2d = converter<SeparableConv2d>({
  className: 'SeparableConv2D',
  type: SeparableConv2d,
  weights: { depthwise_kernel: 'depthwiseFilter', pointwise_kernel: 'filter', bias: 'bias' },
  read: (config, { name }) => {
    config.only('groups', 1);
    return new SeparableConv2d({
      name,
      filters: config.integer('filters'),
      multiplier: config.integer('depth_multiplier', 1),
      ...readWindow(config),
      ...readFilterLayer(config),
    });
  },
  write: (layer, input, refuse) => {
    const { keyword: padding, around } = writePadding(layer, input);
    const { filters, multiplier } = layer;
    const own = { filters, depth_multiplier: multiplier };
    return {
      className: 'SeparableConv2D',
      settings: { ...own, ...writeWindow(layer), padding, ...writeFilterLayer(layer, refuse) },
      around,
    };
  },
});

export const conv2dTranspose = converter<Conv2dTranspose>({
  className: 'Conv2DTranspose',
  type: Conv2dTranspose,
  weights: filter,
  read: (config, { name }) => {
    const window = readWindow(config);
    const { kernelSize, strides, padding } = window;
    config.only('output_padding', undefined);
    // Keras' 'valid' output is input·stride where the kernel is smaller than the stride.
    const missing = (axis: 0 | 1): number => (padding === 'valid' ? Math.max(0, strides[axis] - kernelSize[axis]) : 0);
    return new Conv2dTranspose({
      name,
      filters: config.integer('filters'),
      groups: config.integer('groups', 1),
      outputPadding: [missing(0), missing(1)],
      ...window,
      ...readFilterLayer(config),
    });
  },
  write: (layer, _input, refuse) => {
    const { filters, kernelSize, strides, padding, outputPadding, groups } = layer;
    if (padding !== 'valid' && padding !== 'same')
      refuse("has padding that Keras cannot say; it has 'valid' and 'same'");
    outputPadding.forEach((more, axis) => {
      const missing = padding === 'valid' ? Math.max(0, (strides[axis] as number) - (kernelSize[axis] as number)) : 0;
      if (more !== missing) refuse(`has outputPadding ${more}, which Keras cannot say`);
    });
    return {
      className: 'Conv2DTranspose',
      settings: { filters, ...writeWindow(layer), padding, ...writeGroups(groups), ...writeFilterLayer(layer, refuse) },
    };
  },
});

export const conv1d = converter<Conv1d>({
  className: 'Conv1D',
  type: Conv1d,
  weights: filter,
  read: (config, { name }) => {
    config.only('data_format', 'channels_last');
    const padding = config.choice('padding', ['valid', 'same', 'causal'], 'valid');
    return new Conv1d({
      name,
      filters: config.integer('filters'),
      kernelSize: config.single('kernel_size'),
      strides: config.single('strides', 1),
      padding,
      dilations: config.single('dilation_rate', 1),
      groups: config.integer('groups', 1),
      ...readFilterLayer(config),
    });
  },
  write: (layer, _input, refuse) => {
    const { filters, kernelSize, strides, padding, dilations, groups, flip } = layer;
    if (flip) refuse('flips its kernel, which Keras cannot');
    if (padding !== 'valid' && padding !== 'same' && padding !== 'causal')
      return refuse("has padding that Keras cannot say; it has 'valid', 'same' and 'causal'");
    const window = { kernel_size: [kernelSize], strides: [strides], padding, dilation_rate: [dilations] };
    return {
      className: 'Conv1D',
      settings: { filters, ...window, ...imageLayout, ...writeGroups(groups), ...writeFilterLayer(layer, refuse) },
    };
  },
});
