// Activation, and the activations that are layers of their own: ReLU, LeakyReLU, PReLU, ELU, Softmax.
import { Activation } from '../../layers/activation.js';
import { Elu } from '../../layers/elu.js';
import type { Layer } from '../../layers/layer.js';
import { LeakyRelu } from '../../layers/leaky_relu.js';
import { Prelu } from '../../layers/prelu.js';
import { readActivation, writeActivation } from './activations.js';
import { converter } from './converter.js';

export const activation = converter<Activation>({
  className: 'Activation',
  type: Activation,
  read: (config, { name }) => new Activation(readActivation(config), { name }),
  write: ({ activation: name }, _input, refuse) =>
    name === 'leakyRelu'
      ? { className: 'LeakyReLU', settings: { alpha: 0.01 } }
      : { className: 'Activation', settings: { activation: writeActivation(name, refuse) } },
});

export const relu = converter<Layer>({
  className: 'ReLU',
  read: (config, { name }) => {
    const limit = config.get('max_value');
    const negativeSlope = config.number('negative_slope', 0);
    config.only('threshold', 0);
    if (limit === undefined)
      return negativeSlope === 0 ? new Activation('relu', { name }) : new LeakyRelu({ name, negativeSlope });
    if (limit !== 6 || negativeSlope !== 0)
      config.fail(
        `has max_value ${JSON.stringify(limit)} and negative_slope ${negativeSlope}; expected no limit, or 6 and 0`,
      );
    return new Activation('relu6', { name });
  },
});

export const leakyRelu = converter<LeakyRelu>({
  className: 'LeakyReLU',
  type: LeakyRelu,
  // Keras 3 says negative_slope, whoever came before alpha.
  read: (config, { name }) =>
    new LeakyRelu({ name, negativeSlope: config.number('negative_slope', config.number('alpha', 0.3)) }),
  write: ({ negativeSlope }) => ({ className: 'LeakyReLU', settings: { alpha: negativeSlope } }),
});

export const prelu = converter<Prelu>({
  className: 'PReLU',
  type: Prelu,
  weights: { alpha: 'slope' },
  weightShape: (slope, input) => [...input.slice(1).map(() => 1), ...slope],
  read: (config, { name, input }) => {
    const given = config.get('shared_axes') ?? [];
    const axes: unknown[] = Array.isArray(given) ? given : [given];
    const spatial = input.slice(1).map((_, index) => index + 1);
    const shared = axes.includes(input.length);
    const expected = shared ? [...spatial, input.length] : spatial;
    if (axes.length !== expected.length || !expected.every((axis) => axes.includes(axis)))
      config.fail(
        `has shared_axes ${JSON.stringify(given)}; slopes can be one per channel, ${JSON.stringify(spatial)}, or one`,
      );
    return new Prelu({ name, shared });
  },
  write: ({ shared }, input) => ({
    className: 'PReLU',
    settings: { shared_axes: input.map((_, index) => index + 1).slice(0, shared ? undefined : -1) },
  }),
});

export const elu = converter<Elu>({
  className: 'ELU',
  type: Elu,
  read: (config, { name }) => new Elu({ name, alpha: config.number('alpha', 1) }),
  write: ({ alpha }, _input, refuse) =>
    alpha === 1 ? { className: 'ELU', settings: { alpha } } : refuse(`has alpha ${alpha}; TensorFlow.js has 1 only`),
});

export const softmax = converter<Activation>({
  className: 'Softmax',
  read: (config, { name, input }) => {
    const axis = config.integer('axis', -1);
    if (axis !== -1 && axis !== input.length) config.fail(`has axis ${axis}; only the last can be expressed`);
    return new Activation('softmax', { name });
  },
});
