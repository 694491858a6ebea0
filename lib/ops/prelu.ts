import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat, checkSameDType } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { broadcastShapes, formatShape, sameShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { type BroadcastCall, broadcast } from './broadcast.js';
import { elementwise } from './elementwise.js';
import { multiply } from './multiply.js';
import { sumTo } from './sum_to.js';

declare module '../native.js' {
  interface Native {
    prelu: BroadcastCall;
    /** dy/dx. */
    preluSlope: BroadcastCall;
    /** What each element adds to the gradient of its slope. */
    preluSlopeGradient(x: Handle, dy: Handle, terms: Handle): void;
  }
}

const preluOp = defineOp({
  name: 'prelu',
  forward: ([x, slope]: [Tensor, Tensor]) => ({
    output: broadcast('prelu', native.prelu, x, slope),
    saved: { x, slope },
  }),
  bfloat16: { inputs: [0] },
  backward: (dy, { x, slope }) => [
    () => multiply(dy, broadcast('prelu', native.preluSlope, x, slope)),
    () => sumTo(elementwise(native.preluSlopeGradient, x, dy), slope.shape),
  ],
});

/**
 * Parametric rectified linear unit: x where x > 0, else slope · x, with slopes that are learned. At 0 it is the slope's side.
 *
 * He et al. 2015, https://arxiv.org/abs/1502.01852
 *
 * @param x float tensor of any shape
 * @param slope tensor that broadcasts to x's shape: [channels] for one per channel, [] for one in all
 * @throws ShapeError if slope does not broadcast to x; DTypeError unless both have the same float dtype
 * @example
 * ops.prelu(tensor([[-1, -1], [2, 2]]), tensor([0.25, 0.5])); // [[-0.25, -0.5], [2, 2]]
 */
export function prelu(x: Tensor, slope: Tensor): Tensor {
  checkFloat('prelu', 'x', x);
  checkFloat('prelu', 'slope', slope);
  checkSameDType('prelu', 'slope', slope, 'x', x);
  if (!sameShape(broadcastShapes('prelu', x.shape, slope.shape), x.shape))
    throw new ShapeError(
      `prelu: slope of shape ${formatShape(slope.shape)} does not broadcast to x's ${formatShape(x.shape)}`,
    );
  return preluOp([x, slope]);
}
