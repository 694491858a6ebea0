// Exponential linear unit with a limit of one's own:  y = x where x > 0, else alpha · (eˣ − 1). Clevert et al. 2015 (arXiv 1511.07289).
import { elu as eluOp } from '../ops/elu.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerOptions } from './layer.js';
import type { SameShape } from './shape_rule.js';

/** Options of `elu`. */
export interface EluOptions extends LayerOptions {
  /** Minus the value that large negative elements tend to, default 1. */
  readonly alpha?: number;
}

/** The layer that `elu` makes. */
export class Elu extends Layer<SameShape> {
  readonly alpha: number;

  constructor(options: EluOptions = {}) {
    checkOptions('elu', options, ['name', 'alpha']);
    super('elu', options);
    const { alpha = 1 } = options;
    checkNumber('elu', 'alpha', alpha);
    this.alpha = alpha;
  }

  override outputShape(input: Shape): Shape {
    return input;
  }

  override forward(x: Tensor): Tensor {
    return eluOp(x, { alpha: this.alpha });
  }
}

/**
 * An exponential linear unit; with the default alpha the same as `activation('elu')`.
 *
 * @throws ArgumentError for an unknown option or an alpha that is not finite.
 * @example
 * layers.elu({ alpha: 0.5 })
 */
export function elu(options?: EluOptions): Elu {
  return new Elu(options);
}
