// y = Σ x over axes          dx = dy, repeated along them
import { defineOp } from '../autograd/define_op.js';
import { into } from '../tensor/convert.js';
import { aliasOf, type Tensor } from '../tensor/tensor.js';
import { stretch } from './broadcast_to.js';
import { type Reduction, type ReductionOptions, resolveReduction } from './reduction.js';
import { sumTo } from './sum_to.js';

const sumOp = defineOp({
  name: 'sum',
  forward: ([x]: [Tensor], { kept, shape }: Reduction) => ({
    output: into(x.dtype, sumTo(x, kept, shape)),
    saved: { from: x.shape },
  }),
  bfloat16: { inputs: [0] },
  backward: (dy, { from }, { kept }) => [() => stretch(aliasOf(dy, kept), from)],
});

/**
 * Sum over axes, accurate to a few units in the last place also in float32. An empty sum is 0.
 *
 * @param x float tensor of any shape
 * @param options.axes all by default @param options.keepDims false by default
 * @throws DTypeError unless x is a float tensor; ArgumentError for axes x does not have
 * @example
 * ops.sum(tensor([[1, 2], [3, 4]]), { axes: 0 }); // 4, 6
 */
export function sum(x: Tensor, options: ReductionOptions = {}): Tensor {
  return sumOp([x], resolveReduction('sum', x, options));
}
