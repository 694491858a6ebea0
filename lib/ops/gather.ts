import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkOptions } from '../tensor/arguments.js';
import { checkTensor, checkTensorDType } from '../tensor/checks.js';
import { converted } from '../tensor/convert.js';
import { wideDType } from '../tensor/dtype.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { resolveAxis } from './reduction.js';

declare module '../native.js' {
  interface Native {
    /** y[outer, count, inner] ← rows of x[outer, extent, inner]. */
    gather(x: Handle, indices: Handle, y: Handle, outer: number, extent: number, inner: number): void;
    gatherGradient(
      indices: Handle,
      dy: Handle,
      dx: Handle,
      outer: number,
      extent: number,
      inner: number,
      ignored: number,
    ): void;
  }
}

interface Attributes {
  readonly axis: number;
  /** The index whose row gets no gradient; −1 for none. */
  readonly ignored: number;
}

const around = (shape: Shape, axis: number): [outer: number, extent: number, inner: number] => [
  elementCount(shape.slice(0, axis)),
  shape[axis] as number,
  elementCount(shape.slice(axis + 1)),
];

/** Rows of checked inputs. @internal */
export const gatherOp = defineOp({
  name: 'gather',
  forward([x, indices]: [Tensor, Tensor], { axis }: Attributes) {
    const y = empty([...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], x.dtype);
    native.gather(x.handle, indices.handle, y.handle, ...around(x.shape, axis));
    return { output: y, saved: { indices, shape: x.shape } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { indices, shape }, { axis, ignored }) => [
    () => {
      const terms = converted(dy, wideDType(dy.dtype));
      const dx = empty(shape, terms.dtype);
      native.gatherGradient(indices.handle, terms.handle, dx.handle, ...around(shape, axis), ignored);
      return dx;
    },
    undefined,
  ],
});

/** Options of {@link gather}. */
export interface GatherOptions {
  /** The axis along which to choose, counted from the end where negative; the first by default. */
  readonly axis?: number;
}

/**
 * Chooses slices of a tensor by their number along an axis; one may be chosen several times.
 *
 * Indices are read by the computation only: one outside of 0 … extent − 1 makes the next `item()` or `data()` reject with a
 * NativeError that names it.
 *
 * @param x tensor of any dtype with at least one axis
 * @param indices int32 tensor of any shape, which takes the axis' place
 * @throws DTypeError unless indices are int32; ArgumentError for an unknown option or an axis x does not have
 * @example
 * ops.gather(images, tensor(new Int32Array([3, 1, 3]))); // [3, height, width, channels]
 */
export function gather(x: Tensor, indices: Tensor, options: GatherOptions = {}): Tensor {
  checkTensor('gather', 'x', x);
  checkTensorDType('gather', 'indices', indices, 'int32');
  checkOptions('gather', options, ['axis']);
  return gatherOp([x, indices], { axis: resolveAxis('gather', options.axis ?? 0, x.shape), ignored: -1 });
}
