// MaxPooling2D, AveragePooling2D, their kin over sequences, and the global ones. Keras' averages never count padding.
import { AdaptiveAveragePool2d } from '../../layers/adaptive_average_pool2d.js';
import { AveragePool1d } from '../../layers/average_pool1d.js';
import { AveragePool2d } from '../../layers/average_pool2d.js';
import { GlobalAveragePool2d } from '../../layers/global_average_pool2d.js';
import { GlobalMaxPool2d } from '../../layers/global_max_pool2d.js';
import type { Layer } from '../../layers/layer.js';
import { MaxOverTime } from '../../layers/max_over_time.js';
import { MaxPool1d } from '../../layers/max_pool1d.js';
import { MaxPool2d } from '../../layers/max_pool2d.js';
import type { Pool1d } from '../../layers/pool1d.js';
import type { Pool2d } from '../../layers/pool2d.js';
import type { KerasConfig } from './config.js';
import { converter, type Refuse } from './converter.js';
import { imageLayout, readPadding, writePadding, zerosAround } from './windows.js';

function readPool2d(config: KerasConfig) {
  const poolSize = config.pair('pool_size', 2);
  return { poolSize, strides: config.pair('strides', poolSize), padding: readPadding(config) };
}

const writePool2d = ({ poolSize, strides }: Pool2d, padding: 'valid' | 'same') => ({
  pool_size: poolSize,
  strides,
  padding,
  ...imageLayout,
});

function readPool1d(config: KerasConfig) {
  config.only('data_format', 'channels_last');
  const poolSize = config.single('pool_size', 2);
  const strides = config.single('strides', poolSize);
  return { poolSize, strides, padding: config.choice('padding', ['valid', 'same'], 'valid') };
}

function writePool1d({ poolSize, strides, padding, ceilMode }: Pool1d, refuse: Refuse) {
  if (padding !== 'valid' && padding !== 'same')
    refuse("has padding that Keras cannot say; its pools have 'valid' and 'same'");
  if (ceilMode) refuse('has ceilMode, which Keras does not have');
  return { pool_size: [poolSize], strides: [strides], padding, ...imageLayout };
}

export const maxPool2d = converter<MaxPool2d>({
  className: 'MaxPooling2D',
  type: MaxPool2d,
  read: (config, { name }) => new MaxPool2d({ name, ...readPool2d(config) }),
  write: (layer, input) => {
    const { keyword, around } = writePadding(layer, input);
    return { className: 'MaxPooling2D', settings: writePool2d(layer, keyword), around, forNonNegative: true };
  },
});

export const averagePool2d = converter<AveragePool2d>({
  className: 'AveragePooling2D',
  type: AveragePool2d,
  read: (config, { name }) => {
    const pool = readPool2d(config);
    return new AveragePool2d({ name, ...pool, countIncludePad: pool.padding === 'valid' });
  },
  write: (layer, input, refuse) => {
    const { countIncludePad, ceilMode } = layer;
    const { keyword, around } = writePadding(layer, input);
    if (keyword === 'valid' && !around) return { className: 'AveragePooling2D', settings: writePool2d(layer, keyword) };
    if (ceilMode) refuse('has a last window that may reach beyond its input (ceilMode), which Keras does not have');
    if (countIncludePad)
      return {
        className: 'AveragePooling2D',
        settings: writePool2d(layer, 'valid'),
        around: zerosAround(layer.window(input)),
      };
    if (around) refuse("has padding that Keras cannot say; its pools have 'valid' and 'same'");
    return { className: 'AveragePooling2D', settings: writePool2d(layer, keyword) };
  },
});

/** An adaptive pool is an average pool where all its windows are alike. */
export const adaptiveAveragePool2d = converter<AdaptiveAveragePool2d>({
  className: 'AveragePooling2D',
  type: AdaptiveAveragePool2d,
  write: (layer, input, refuse) => {
    const output = layer.outputShape(input);
    const sizes = [0, 1].map((axis) => (input[axis] as number) / (output[axis] as number));
    if (!sizes.every(Number.isInteger)) refuse('has windows of different sizes, which Keras does not have');
    return {
      className: 'AveragePooling2D',
      settings: { pool_size: sizes, strides: sizes, padding: 'valid', ...imageLayout },
    };
  },
});

export const maxPool1d = converter<MaxPool1d>({
  className: 'MaxPooling1D',
  type: MaxPool1d,
  read: (config, { name }) => new MaxPool1d({ name, ...readPool1d(config) }),
  write: (layer, _input, refuse) => ({ className: 'MaxPooling1D', settings: writePool1d(layer, refuse) }),
});

export const averagePool1d = converter<AveragePool1d>({
  className: 'AveragePooling1D',
  type: AveragePool1d,
  read: (config, { name }) => {
    const pool = readPool1d(config);
    return new AveragePool1d({ name, ...pool, countIncludePad: pool.padding === 'valid' });
  },
  write: (layer, _input, refuse) => {
    if (layer.countIncludePad && layer.padding !== 'valid')
      refuse('counts its padding in the mean (countIncludePad), which Keras never does');
    return { className: 'AveragePooling1D', settings: writePool1d(layer, refuse) };
  },
});

/** A pool without a window. */
function globalPool<L extends Layer>(className: string, type: new (options: { name: string }) => L) {
  return converter<L>({
    className,
    type,
    read: (config, { name }) => {
      config.only('data_format', 'channels_last');
      config.only('keepdims', false);
      return new type({ name });
    },
    write: () => ({ className, settings: imageLayout }),
  });
}

export const globalAveragePool2d = globalPool('GlobalAveragePooling2D', GlobalAveragePool2d);
export const globalMaxPool2d = globalPool('GlobalMaxPooling2D', GlobalMaxPool2d);
export const maxOverTime = globalPool('GlobalMaxPooling1D', MaxOverTime);
