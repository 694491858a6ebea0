import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import type { Shape } from '../tensor/shape.js';
import { aliasOf, empty, type Tensor } from '../tensor/tensor.js';
import { type Pool2dOptions, type PoolGeometry, type PoolNumbers, poolGeometry } from './pool2d.js';

declare module '../native.js' {
  interface Native {
    /** `switches`: uint8 or int32 buffer of y's length that receives each winner's position in its window, or 0. */
    maxPool2d(x: Handle, y: Handle, switches: Handle, ...geometry: PoolNumbers): void;
    maxPool2dGradient(dy: Handle, switches: Handle, dx: Handle, ...geometry: PoolNumbers): void;
  }
}

/** A buffer for the winners' positions in their windows. @internal */
export function emptySwitches({ outputShape, height, width }: PoolGeometry): Tensor {
  return empty(outputShape, height.kernel * width.kernel <= 256 ? 'uint8' : 'int32');
}

/** Σ dy over the windows each input won, zeros elsewhere. @internal */
export function routeToSwitches(dy: Tensor, switches: Tensor, inputShape: Shape, { numbers }: PoolGeometry): Tensor {
  const dx = empty(inputShape, dy.dtype);
  native.maxPool2dGradient(dy.handle, switches.handle, dx.handle, ...numbers);
  return dx;
}

/** Which element of each window won a max pooling: what maxUnpool2d needs to undo it. */
export class PoolSwitches {
  /** Position of each winner in its window, row by row: uint8 or int32, of the pooling's output shape. */
  readonly positions: Tensor;
  /** The shape that was pooled. */
  readonly inputShape: Shape;
  /** @internal */
  readonly geometry: PoolGeometry;

  constructor(positions: Tensor, inputShape: Shape, geometry: PoolGeometry) {
    this.positions = positions;
    this.inputShape = inputShape;
    this.geometry = geometry;
  }
}

interface Attributes extends PoolGeometry {
  readonly keepSwitches?: (switches: Tensor) => void;
}

const maxPool2dOp = defineOp({
  name: 'maxPool2d',
  forward([x]: [Tensor], { keepSwitches, ...geometry }: Attributes, differentiated) {
    const output = empty(geometry.outputShape, x.dtype);
    if (!differentiated && keepSwitches === undefined) {
      native.maxPool2d(x.handle, output.handle, 0, ...geometry.numbers);
      return { output };
    }
    const switches = emptySwitches(geometry);
    native.maxPool2d(x.handle, output.handle, switches.handle, ...geometry.numbers);
    keepSwitches?.(aliasOf(switches));
    return { output, saved: { switches, inputShape: x.shape } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, saved, geometry) => [
    () => {
      const { switches, inputShape } = saved as { switches: Tensor; inputShape: Shape };
      return routeToSwitches(dy, switches, inputShape, geometry);
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

/**
 * Max pooling that also tells which element of each window won, for `maxUnpool2d`.
 *
 * @param x images [batch, height, width, channels]
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * const { output, switches } = ops.maxPool2dWithSwitches(images, { poolSize: 2 });
 */
export function maxPool2dWithSwitches(
  x: Tensor,
  options: Pool2dOptions,
): { readonly output: Tensor; readonly switches: PoolSwitches } {
  const geometry = poolGeometry('maxPool2dWithSwitches', x, options);
  let positions: Tensor | undefined;
  const output = maxPool2dOp([x], {
    ...geometry,
    keepSwitches: (kept) => {
      positions = kept;
    },
  });
  return { output, switches: new PoolSwitches(positions as unknown as Tensor, x.shape, geometry) };
}
