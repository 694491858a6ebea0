import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { converted } from '../tensor/convert.js';
import { wideDType } from '../tensor/dtype.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import {
  type AdaptiveNumbers,
  type AdaptivePool2dOptions,
  adaptiveInput,
  adaptiveNumbers,
  adaptiveOutput,
} from './adaptive_pool2d.js';

declare module '../native.js' {
  interface Native {
    /** `winners`: int32 buffer of y's length that receives each winner's position in the image. */
    adaptiveMaxPool2d(x: Handle, y: Handle, winners: Handle, ...numbers: AdaptiveNumbers): void;
    adaptiveMaxPool2dGradient(dy: Handle, winners: Handle, dx: Handle, ...numbers: AdaptiveNumbers): void;
  }
}

const adaptiveMaxPool2dOp = defineOp({
  name: 'adaptiveMaxPool2d',
  forward([x]: [Tensor], numbers: AdaptiveNumbers) {
    const output = empty(adaptiveOutput(numbers), x.dtype);
    const winners = empty(output.shape, 'int32');
    native.adaptiveMaxPool2d(x.handle, output.handle, winners.handle, ...numbers);
    return { output, saved: { winners } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { winners }, numbers) => [
    () => {
      const terms = converted(dy, wideDType(dy.dtype));
      const dx = empty(adaptiveInput(numbers), terms.dtype);
      native.adaptiveMaxPool2dGradient(terms.handle, winners.handle, dx.handle, ...numbers);
      return dx;
    },
  ],
});

/**
 * Max pooling to a given output size, whatever the input's: the windows follow from both, as in PyTorch.
 *
 * Of equal values the first in row-major order gets the gradient; NaN wins over everything.
 *
 * @param x images [batch, height, width, channels]
 * @returns [batch, outputSize, outputSize, channels]
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.adaptiveMaxPool2d(featureMaps, { outputSize: [7, 7] });
 */
export function adaptiveMaxPool2d(x: Tensor, options: AdaptivePool2dOptions): Tensor {
  return adaptiveMaxPool2dOp([x], adaptiveNumbers('adaptiveMaxPool2d', x, options));
}
