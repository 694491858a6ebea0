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
    adaptiveAveragePool2d(x: Handle, y: Handle, ...numbers: AdaptiveNumbers): void;
    adaptiveAveragePool2dGradient(dy: Handle, dx: Handle, ...numbers: AdaptiveNumbers): void;
  }
}

const adaptiveAveragePool2dOp = defineOp({
  name: 'adaptiveAveragePool2d',
  forward([x]: [Tensor], numbers: AdaptiveNumbers) {
    const output = empty(adaptiveOutput(numbers), x.dtype);
    native.adaptiveAveragePool2d(x.handle, output.handle, ...numbers);
    return { output };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, _, numbers) => [
    () => {
      const terms = converted(dy, wideDType(dy.dtype));
      const dx = empty(adaptiveInput(numbers), terms.dtype);
      native.adaptiveAveragePool2dGradient(terms.handle, dx.handle, ...numbers);
      return dx;
    },
  ],
});

/**
 * Average pooling to a given output size, whatever the input's: the windows follow from both, as in PyTorch.
 *
 * @param x images [batch, height, width, channels]
 * @returns [batch, outputSize, outputSize, channels]
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.adaptiveAveragePool2d(featureMaps, { outputSize: 6 });
 */
export function adaptiveAveragePool2d(x: Tensor, options: AdaptivePool2dOptions): Tensor {
  return adaptiveAveragePool2dOp([x], adaptiveNumbers('adaptiveAveragePool2d', x, options));
}
