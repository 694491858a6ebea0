import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkInteger, checkOptions } from '../tensor/arguments.js';
import { checkFloat, checkRank } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { empty, type Tensor } from '../tensor/tensor.js';

type KMaxNumbers = readonly [batch: number, length: number, channels: number, k: number];

declare module '../native.js' {
  interface Native {
    /** `positions`: int32 buffer of y's length that receives where the chosen elements stand. */
    kMaxPool(x: Handle, y: Handle, positions: Handle, ...numbers: KMaxNumbers): void;
    kMaxPoolGradient(dy: Handle, positions: Handle, dx: Handle, ...numbers: KMaxNumbers): void;
  }
}

/** Options of {@link kMaxPool}. */
export interface KMaxPoolOptions {
  /** How many elements are kept; at most the length. */
  readonly k: number;
}

const kMaxPoolOp = defineOp({
  name: 'kMaxPool',
  forward([x]: [Tensor], numbers: KMaxNumbers) {
    const [batch, , channels, k] = numbers;
    const output = empty([batch, k, channels], x.dtype);
    const positions = empty(output.shape, 'int32');
    native.kMaxPool(x.handle, output.handle, positions.handle, ...numbers);
    return { output, saved: { positions, inputShape: x.shape } };
  },
  backward: (dy, { positions, inputShape }, numbers) => [
    () => {
      const dx = empty(inputShape, dy.dtype);
      native.kMaxPoolGradient(dy.handle, positions.handle, dx.handle, ...numbers);
      return dx;
    },
  ],
});

/**
 * The k largest elements of each channel of a sequence, in the order they stand in. Of equal ones the first are kept.
 *
 * Kalchbrenner et al. 2014 (arXiv 1404.2188).
 *
 * @param x sequences [batch, length, channels]
 * @returns [batch, k, channels]
 * @throws ShapeError unless the length is at least k; DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.kMaxPool(sequences, { k: 3 });
 */
export function kMaxPool(x: Tensor, options: KMaxPoolOptions): Tensor {
  checkOptions('kMaxPool', options, ['k']);
  checkInteger('kMaxPool', 'k', options.k);
  checkFloat('kMaxPool', 'x', x);
  checkRank('kMaxPool', 'x', x, 3, '[batch, length, channels]');
  const [batch, length, channels] = x.shape as readonly [number, number, number];
  if (length < options.k)
    throw new ShapeError(`kMaxPool: k ${options.k} is larger than the length ${length} of the sequences`);
  return kMaxPoolOp([x], [batch, length, channels, options.k]);
}
