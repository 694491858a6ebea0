// Floating-point tensors in another dtype, by one native call; what records the conversion is `ops.cast`.
import { native } from '../native.js';
import { type DType, wideDType } from './dtype.js';
import { empty, type Tensor } from './tensor.js';

/** `x` as float32, float64 or bfloat16: itself where it is that already. @internal */
export function converted(x: Tensor, dtype: DType): Tensor {
  if (x.dtype === dtype) return x;
  const y = empty(x.shape, dtype);
  native.cast(x.handle, y.handle);
  return y;
}

/** As {@link converted}, of a tensor that is needed no more. @internal */
export function into(dtype: DType, x: Tensor): Tensor {
  const y = converted(x, dtype);
  if (y !== x) x.dispose();
  return y;
}

/** What `use` makes of x, of a float32 copy of it where it is bfloat16: for computations that know no bfloat16. @internal */
export function withWide<R>(x: Tensor, use: (x: Tensor) => R): R {
  const wide = converted(x, wideDType(x.dtype));
  const result = use(wide);
  if (wide !== x) wide.dispose();
  return result;
}
