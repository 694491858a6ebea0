// BatchNormalization and LayerNormalization. Keras' momentum is the weight of the old statistics, ours that of the new.
import { BatchNorm } from '../../layers/batch_norm.js';
import { LayerNorm } from '../../layers/layer_norm.js';
import type { KerasConfig } from './config.js';
import { converter, type ReadContext } from './converter.js';

/** Axes counted from the first after the batch, sorted; Keras counts the batch, or from the end. */
function readAxes(config: KerasConfig, { input }: ReadContext): number[] {
  const axis = config.get('axis') ?? -1;
  const axes: unknown[] = Array.isArray(axis) ? axis : [axis];
  return axes
    .map((one) => {
      if (!Number.isSafeInteger(one)) config.fail(`has axis ${JSON.stringify(axis)}, expected integers`);
      return (one as number) < 0 ? input.length + (one as number) : (one as number) - 1;
    })
    .sort((a, b) => a - b);
}

/** 1 − x to the digits that x is written with, so that 0.99 is 0.01 and back again. */
const complement = (x: number): number => Number((1 - x).toPrecision(12));

export const batchNorm = converter<BatchNorm>({
  className: 'BatchNormalization',
  type: BatchNorm,
  weights: { gamma: 'gamma', beta: 'beta', moving_mean: 'runningMean', moving_variance: 'runningVariance' },
  without: ({ scale, center }) => [...(scale ? [] : ['gamma']), ...(center ? [] : ['beta'])],
  read: (config, context) => {
    const [axis, ...others] = readAxes(config, context);
    if (axis !== context.input.length - 1 || others.length > 0) config.fail('normalises another axis than the last');
    config.only('renorm', false);
    config.only('virtual_batch_size', undefined);
    config.only('synchronized', false);
    config.get('fused'); // an implementation, not another result
    return new BatchNorm({
      name: context.name,
      momentum: complement(config.number('momentum', 0.99)),
      epsilon: config.number('epsilon', 1e-3),
      scale: config.boolean('scale', true),
      center: config.boolean('center', true),
      varianceConvention: 'keras',
    });
  },
  write: ({ momentum, epsilon, scale, center }) => ({
    className: 'BatchNormalization',
    settings: { axis: -1, momentum: complement(momentum), epsilon, scale, center },
  }),
});

export const layerNorm = converter<LayerNorm>({
  className: 'LayerNormalization',
  type: LayerNorm,
  weights: { gamma: 'gamma', beta: 'beta' },
  read: (config, context) => {
    const axes = readAxes(config, context);
    const first = context.input.length - axes.length;
    if (axes.some((axis, index) => axis !== first + index)) config.fail('normalises other axes than the last ones');
    const affine = config.boolean('scale', true);
    if (config.boolean('center', true) !== affine) config.fail('has one of scale and center, which come together here');
    config.only('rms_scaling', false);
    return new LayerNorm({ name: context.name, axes: axes.length, epsilon: config.number('epsilon', 1e-3), affine });
  },
  write: ({ axes, epsilon, affine }) => ({
    className: 'LayerNormalization',
    settings: {
      axis: Array.from({ length: axes }, (_, index) => index - axes),
      epsilon,
      scale: affine,
      center: affine,
    },
  }),
});
