import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkBoolean } from '../tensor/arguments.js';
import type { Shape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { type Pool2dOptions, type PoolGeometry, type PoolNumbers, poolGeometry } from './pool2d.js';

/** What the sum over a window is divided by: the elements of the image in it, those of the padding too, or nothing. */
const divisors = { image: 0, imageAndPadding: 1, none: 2 } as const;

type AverageNumbers = readonly [...PoolNumbers, bottom: number, right: number, divisor: number];

declare module '../native.js' {
  interface Native {
    averagePool2d(x: Handle, y: Handle, ...geometry: AverageNumbers): void;
    averagePool2dGradient(dy: Handle, dx: Handle, ...geometry: AverageNumbers): void;
  }
}

/** Options of {@link averagePool2d}. */
export interface AveragePool2dOptions extends Pool2dOptions {
  /**
   * Whether padding counts as zeros in the mean: default true as in PyTorch and Caffe; false gives TensorFlow's and Keras'
   * `'same'`. What a window of `ceilMode` reaches beyond the padding never counts.
   */
  readonly countIncludePad?: boolean;
}

interface Attributes extends PoolGeometry {
  readonly divisor: keyof typeof divisors;
}

const numbersOf = ({ numbers, height, width, divisor }: Attributes): AverageNumbers => [
  ...numbers,
  height.after,
  width.after,
  divisors[divisor],
];

/** The gradient by x of averagePool2dOp. @internal */
export function spreadWindows(dy: Tensor, inputShape: Shape, attributes: Attributes): Tensor {
  const dx = empty(inputShape, dy.dtype);
  native.averagePool2dGradient(dy.handle, dx.handle, ...numbersOf(attributes));
  return dx;
}

/** The sum over each window by a divisor of choice; sumPool2d and lpPool2d are made of it. @internal */
export const averagePool2dOp = defineOp({
  name: 'averagePool2d',
  forward([x]: [Tensor], attributes: Attributes) {
    const output = empty(attributes.outputShape, x.dtype);
    native.averagePool2d(x.handle, output.handle, ...numbersOf(attributes));
    return { output, saved: { inputShape: x.shape } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { inputShape }, attributes) => [() => spreadWindows(dy, inputShape, attributes)],
});

/**
 * The mean of each window of an image, channel by channel.
 *
 * @param x images [batch, height, width, channels]
 * @param options the window; `strides` is `poolSize` by default, and padding counts as zeros
 * @returns [batch, output height, output width, channels]
 * @throws ShapeError, DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.averagePool2d(images, { poolSize: 2 });
 * ops.averagePool2d(images, { poolSize: 3, strides: 1, padding: 'same', countIncludePad: false });
 */
export function averagePool2d(x: Tensor, options: AveragePool2dOptions): Tensor {
  const geometry = poolGeometry('averagePool2d', x, options, ['countIncludePad']);
  const { countIncludePad = true } = options;
  checkBoolean('averagePool2d', 'countIncludePad', countIncludePad);
  return averagePool2dOp([x], { ...geometry, divisor: countIncludePad ? 'imageAndPadding' : 'image' });
}
