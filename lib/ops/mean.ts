// y = Σ x / n over axes, n the number of elements summed          dx = dy / n, repeated along them
import { defineOp } from '../autograd/define_op.js';
import { into } from '../tensor/convert.js';
import { elementCount } from '../tensor/shape.js';
import { aliasOf, type Tensor } from '../tensor/tensor.js';
import { stretch } from './broadcast_to.js';
import { divide } from './divide.js';
import { type Reduction, type ReductionOptions, resolveReduction } from './reduction.js';
import { sumTo } from './sum_to.js';

interface Mean extends Reduction {
  readonly count: number;
}

const meanOp = defineOp({
  name: 'mean',
  forward: ([x]: [Tensor], { kept, shape, count }: Mean) => ({
    output: into(x.dtype, divide(sumTo(x, kept, shape), count)),
    saved: { from: x.shape },
  }),
  bfloat16: { inputs: [0] },
  backward: (dy, { from }, { kept, count }) => [() => stretch(aliasOf(divide(dy, count), kept), from)],
});

/**
 * Arithmetic mean over axes. The mean of nothing is NaN.
 *
 * @param x float tensor of any shape
 * @param options.axes all by default @param options.keepDims false by default
 * @throws DTypeError unless x is a float tensor; ArgumentError for axes x does not have
 * @example
 * ops.mean(images, { axes: [1, 2] }); // [batch, channels]
 */
export function mean(x: Tensor, options: ReductionOptions = {}): Tensor {
  const reduction = resolveReduction('mean', x, options);
  const count = elementCount(x.shape.filter((_, axis) => reduction.reduced(axis)));
  return meanOp([x], { ...reduction, count });
}
