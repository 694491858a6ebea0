// Dropout:  in training each input is zeroed with probability `rate` and the rest scaled by 1 / (1 − rate);
// otherwise the identity. Srivastava et al. 2014.
import { dropout as dropoutOp } from '../ops/dropout.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerContext, type LayerOptions } from './layer.js';
import type { SameShape } from './shape_rule.js';

/** Options of `dropout`. */
export interface DropoutOptions extends LayerOptions {
  /** Probability that an input is dropped, in [0, 1). */
  readonly rate: number;
}

/** The layer that `dropout` makes. */
export class Dropout extends Layer<SameShape> {
  readonly rate: number;

  constructor(options: DropoutOptions) {
    checkOptions('dropout', options, ['name', 'rate']);
    super('dropout', options);
    checkNumber('dropout', 'rate', options.rate, 0, 1);
    if (options.rate === 1) throw new ArgumentError('dropout: rate must be below 1, but received 1');
    this.rate = options.rate;
  }

  override outputShape(input: Shape): Shape {
    return input;
  }

  override forward(x: Tensor, { training, random }: LayerContext): Tensor {
    return training && this.rate > 0 ? dropoutOp(x, { rate: this.rate, random }) : x;
  }
}

/**
 * Drops inputs at random in training and scales the rest so that their expectation stays; does nothing otherwise.
 *
 * @throws ArgumentError unless 0 ≤ rate < 1.
 * @example
 * layers.dropout({ rate: 0.5 })
 */
export function dropout(options: DropoutOptions): Dropout {
  return new Dropout(options);
}
