import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { type Pool2dOptions, type PoolGeometry, type PoolNumbers, poolGeometry } from './pool2d.js';

declare module '../native.js' {
  interface Native {
    /** `switches`: uint8 or int32 buffer of y's length that receives each winner's position in its window, or 0. */
    maxPool2d(x: Handle, y: Handle, switches: Handle, ...geometry: PoolNumbers): void;
    maxPool2dGradient(dy: Handle, switches: Handle, dx: Handle, ...geometry: PoolNumbers): void;
  }
}

const maxPool2dOp = defineOp({
  name: 'maxPool2d',
  forward([x]: [Tensor], { outputShape, numbers, height, width }: PoolGeometry, differentiated) {
    const output = empty(outputShape, x.dtype);
    if (!differentiated) {
      native.maxPool2d(x.handle, output.handle, 0, ...numbers);
      return { output };
    }
    const switches = empty(outputShape, height.kernel * width.kernel <= 256 ? 'uint8' : 'int32');
    native.maxPool2d(x.handle, output.handle, switches.handle, ...numbers);
    return { output, saved: { switches, inputShape: x.shape } };
  },
  backward: (dy, saved, { numbers }) => [
    () => {
      const { switches, inputShape } = saved as { switches: Tensor; inputShape: readonly number[] };
      const dx = empty(inputShape, dy.dtype);
      native.maxPool2dGradient(dy.handle, switches.handle, dx.handle, ...numbers);
      return dx;
    },
  ],
});

/**
 * The maximum of each window of an image, channel by channel.
 *
 * Padding never wins. Of equal values the first in row-major order gets the gradient; NaN wins over everything.
 *
 * @param x images [batch, height, width, channels]
 * @param options the window; `strides` is `poolSize` by default
 * @returns [batch, output height, output width, channels]
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.maxPool2d(images, { poolSize: 2 });
 * ops.maxPool2d(images, { poolSize: 3, strides: 2, padding: 'same' });
 */
export function maxPool2d(x: Tensor, options: Pool2dOptions): Tensor {
  return maxPool2dOp([x], poolGeometry('maxPool2d', x, options));
}
