import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { checkFloat } from '../tensor/checks.js';
import { ArgumentError } from '../tensor/errors.js';
import { type PhiloxRange, Random } from '../tensor/random.js';
import { elementCount } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';

declare module '../native.js' {
  interface Native {
    /** `threshold` of 2²⁴; the range is key0, key1, stream, block. */
    dropout(
      x: Handle,
      y: Handle,
      threshold: number,
      scale: number,
      key0: number,
      key1: number,
      stream: number,
      block: number,
    ): void;
  }
}

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** Probability that an element is dropped, from 0 up to but not including 1. */
  readonly rate: number;
  /** Source of randomness; one word is drawn per element. */
  readonly random: Random;
}

interface Attributes {
  readonly rate: number;
  readonly range: PhiloxRange;
}

function drop(x: Tensor, { rate, range: { key, stream, block } }: Attributes): Tensor {
  const y = empty(x.shape, x.dtype);
  native.dropout(x.handle, y.handle, Math.ceil(rate * 2 ** 24), 1 / (1 - rate), key[0], key[1], stream, block);
  return y;
}

const dropoutOp = defineOp({
  name: 'dropout',
  forward: ([x]: [Tensor], attributes: Attributes) => ({ output: drop(x, attributes) }),
  bfloat16: { inputs: [0] },
  backward: (dy, _, attributes) => [() => drop(dy, attributes)],
});

/**
 * Zeroes each element with probability `rate` and scales the others by 1 / (1 − rate), so that expectations stay.
 *
 * Element i is dropped if word i of what `random` sets aside, as a uniform number, is below the rate. Srivastava et al. 2014.
 *
 * @param x float tensor of any shape
 * @returns x itself for rate 0
 * @throws ArgumentError unless 0 ≤ rate < 1 and `random` is a Random; DTypeError unless x is a float tensor
 * @example
 * const y = ops.dropout(x, { rate: 0.5, random: new Random(42) });
 */
export function dropout(x: Tensor, options: DropoutOptions): Tensor {
  checkFloat('dropout', 'x', x);
  checkOptions('dropout', options, ['rate', 'random']);
  const { rate, random } = options;
  checkNumber('dropout', 'rate', rate, 0, 1);
  if (rate === 1) throw new ArgumentError('dropout: rate must be below 1, but received 1');
  if (!(random instanceof Random))
    throw new ArgumentError(`dropout: random must be a Random, but received ${show(random)}`);
  if (rate === 0) return x;
  return dropoutOp([x], { rate, range: random.reserve(elementCount(x.shape)) });
}
