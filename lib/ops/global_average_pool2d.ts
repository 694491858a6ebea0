import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat, checkRank } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';

declare module '../native.js' {
  interface Native {
    globalAveragePool2d(x: Handle, y: Handle, batch: number, pixels: number, channels: number): void;
    globalAveragePool2dGradient(dy: Handle, dx: Handle, batch: number, pixels: number, channels: number): void;
  }
}

type Extents = readonly [number, number, number, number];

const globalAveragePool2dOp = defineOp({
  name: 'globalAveragePool2d',
  forward([x]: [Tensor]) {
    const [batch, height, width, channels] = x.shape as Extents;
    const output = empty([batch, channels], x.dtype);
    native.globalAveragePool2d(x.handle, output.handle, batch, height * width, channels);
    return { output, saved: { inputShape: x.shape } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { inputShape }) => [
    () => {
      const [batch, height, width, channels] = inputShape as Extents;
      const dx = empty(inputShape, dy.dtype);
      native.globalAveragePool2dGradient(dy.handle, dx.handle, batch, height * width, channels);
      return dx;
    },
  ],
});

/**
 * The mean of each channel over the whole image.
 *
 * @param x images [batch, height, width, channels]
 * @returns [batch, channels]
 * @throws ShapeError unless x has four axes and at least one pixel and channel; DTypeError unless it is float32 or float64
 * @example
 * const logits = ops.globalAveragePool2d(featureMaps);
 */
export function globalAveragePool2d(x: Tensor): Tensor {
  checkFloat('globalAveragePool2d', 'x', x);
  checkRank('globalAveragePool2d', 'x', x, 4, '[batch, height, width, channels]');
  if (x.shape.slice(1).includes(0))
    throw new ShapeError(`globalAveragePool2d: an image must not be empty, but x has shape ${formatShape(x.shape)}`);
  return globalAveragePool2dOp([x]);
}
