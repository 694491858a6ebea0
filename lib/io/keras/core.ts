// Dense, Embedding, Flatten, Reshape, Dropout, SpatialDropout2D, ZeroPadding2D, UpSampling2D.
import { Dense } from '../../layers/dense.js';
import { Dropout } from '../../layers/dropout.js';
import { Embedding } from '../../layers/embedding.js';
import { Flatten } from '../../layers/flatten.js';
import { Pad2d } from '../../layers/pad2d.js';
import { Reshape } from '../../layers/reshape.js';
import { SpatialDropout } from '../../layers/spatial_dropout.js';
import { Upsample2d } from '../../layers/upsample2d.js';
import type { Side } from '../../tensor/padding.js';
import { readActivation, writeActivation } from './activations.js';
import type { KerasConfig } from './config.js';
import { converter } from './converter.js';
import { imageLayout } from './windows.js';

export const dense = converter<Dense>({
  className: 'Dense',
  type: Dense,
  weights: { kernel: 'weights', bias: 'bias' },
  read: (config, { name }) => {
    config.get('input_dim'); // said again by the shape of the input
    return new Dense({
      name,
      units: config.integer('units'),
      activation: readActivation(config),
      bias: config.boolean('use_bias', true),
    });
  },
  write: ({ units, activation, bias }, _input, refuse) => ({
    className: 'Dense',
    settings: { units, activation: writeActivation(activation, refuse), use_bias: bias },
  }),
});

export const embedding = converter<Embedding>({
  className: 'Embedding',
  type: Embedding,
  weights: { embeddings: 'table' },
  read: (config, { name }) => {
    config.only('mask_zero', false);
    config.get('input_length'); // said again by the shape of the input
    return new Embedding({ name, vocabulary: config.integer('input_dim'), size: config.integer('output_dim') });
  },
  write: ({ vocabulary, size, paddingIndex }, _input, refuse) => {
    if (paddingIndex !== undefined) refuse('has a paddingIndex, which Keras does not have');
    return { className: 'Embedding', settings: { input_dim: vocabulary, output_dim: size, mask_zero: false } };
  },
});

export const flatten = converter<Flatten>({
  className: 'Flatten',
  type: Flatten,
  read: (config, { name }) => {
    config.only('data_format', 'channels_last');
    return new Flatten({ name });
  },
  write: () => ({ className: 'Flatten', settings: imageLayout }),
});

export const reshape = converter<Reshape>({
  className: 'Reshape',
  type: Reshape,
  read: (config, { name }) => {
    const shape = config.get('target_shape');
    if (!Array.isArray(shape)) config.fail(`has target_shape ${JSON.stringify(shape)}, expected extents`);
    return new Reshape({ name, shape: (shape as (number | null)[]).map((extent) => extent ?? -1) }); // TensorFlow.js: null
  },
  write: ({ shape }) => ({ className: 'Reshape', settings: { target_shape: shape } }),
});

const readRate = (config: KerasConfig) => ({ rate: config.number('rate') });

export const dropout = converter<Dropout>({
  className: 'Dropout',
  type: Dropout,
  read: (config, { name }) => new Dropout({ name, ...readRate(config) }),
  write: ({ rate }) => ({ className: 'Dropout', settings: { rate } }),
});

export const spatialDropout2d = converter<SpatialDropout>({
  className: 'SpatialDropout2D',
  type: SpatialDropout,
  read: (config, { name }) => {
    config.only('data_format', 'channels_last');
    return new SpatialDropout({ name, ...readRate(config) });
  },
  write: ({ rate }, input, refuse) =>
    input.length === 3
      ? { className: 'SpatialDropout2D', settings: { rate, ...imageLayout } }
      : refuse('drops channels of something else than images'),
});

/** Sides as Keras has them: one number, [height, width], or [[top, bottom], [left, right]]. */
function readSides(config: KerasConfig): { h: Side; w: Side } {
  const given = config.get('padding') ?? 1;
  const axes: unknown[] = Array.isArray(given) ? given : [given, given];
  const sides = axes.map((axis: unknown) => (Array.isArray(axis) ? axis : [axis, axis]) as number[]);
  const [h, w] = sides;
  const fits = (side: number[] | undefined): side is [number, number] =>
    side?.length === 2 && side.every((count) => Number.isSafeInteger(count) && count >= 0);
  if (sides.length === 2 && fits(h) && fits(w)) return { h, w };
  return config.fail(`has padding ${JSON.stringify(given)}, expected [[top, bottom], [left, right]]`);
}

export const zeroPadding2d = converter<Pad2d>({
  className: 'ZeroPadding2D',
  type: Pad2d,
  read: (config, { name }) => {
    config.only('data_format', 'channels_last');
    return new Pad2d({ name, padding: readSides(config) });
  },
  write: ({ padding, mode, value = 0 }, _input, refuse) => {
    if (mode !== 'constant' || value !== 0) refuse('pads with something else than zeros, which Keras cannot');
    return { className: 'ZeroPadding2D', settings: { padding: [padding.h, padding.w], ...imageLayout } };
  },
});

export const upsampling2d = converter<Upsample2d>({
  className: 'UpSampling2D',
  type: Upsample2d,
  read: (config, { name, dialect }) => {
    config.only('data_format', 'channels_last');
    const mode = config.choice('interpolation', ['nearest', 'bilinear'], 'nearest');
    // Keras counts from the middle of pixels, TensorFlow.js from their corner.
    const coordinates = mode === 'bilinear' && dialect === 'tfjs' ? 'asymmetric' : 'halfPixel';
    return new Upsample2d({ name, scale: config.pair('size', 2), mode, coordinates });
  },
  write: ({ scale, mode, coordinates }, _input, refuse) => {
    if (mode === 'bilinear' && coordinates !== 'asymmetric')
      refuse(`interpolates with ${coordinates} coordinates; TensorFlow.js has 'asymmetric' ones only`);
    if (mode === 'nearest' && coordinates === 'alignCorners')
      refuse('repeats pixels with alignCorners, which TensorFlow.js does not have');
    return { className: 'UpSampling2D', settings: { size: scale, interpolation: mode, ...imageLayout } };
  },
});
