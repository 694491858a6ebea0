// Elementwise ops on the TypeScript side: a native call over arrays of one length, into a new tensor.
import { empty, type Tensor } from '../tensor/tensor.js';

/** A tensor like the first input, written by `call`, which takes the handles of the inputs, then of the output. */
export function elementwise(call: (...handles: number[]) => void, first: Tensor, ...rest: Tensor[]): Tensor {
  const output = empty(first.shape, first.dtype);
  call(first.handle, ...rest.map(({ handle }) => handle), output.handle);
  return output;
}
