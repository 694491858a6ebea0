// Local response normalisation:  y_c = x_c / (bias + alpha · Σ x²)^beta, the sum over `size` channels around c.
// Krizhevsky et al. 2012.
import {
  localResponseNorm as localResponseNormOp,
  type LocalResponseNormOptions as OpOptions,
  resolveLocalResponseNorm,
} from '../ops/local_response_norm.js';
import { checkOptions } from '../tensor/arguments.js';
import { ShapeError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerOptions } from './layer.js';
import type { SameShape } from './shape_rule.js';

/** Options of `localResponseNorm`. The defaults are AlexNet's. */
export interface LocalResponseNormOptions extends LayerOptions, OpOptions {}

/** The layer that `localResponseNorm` makes. */
export class LocalResponseNorm extends Layer<SameShape> {
  readonly options: Readonly<Required<OpOptions>>;

  constructor(options: LocalResponseNormOptions = {}) {
    checkOptions('localResponseNorm', options, ['name', 'size', 'alpha', 'beta', 'bias', 'alphaConvention']);
    super('localResponseNorm', options);
    this.options = resolveLocalResponseNorm('localResponseNorm', options);
  }

  override outputShape(input: Shape): Shape {
    if (input.length === 0) throw new ShapeError('localResponseNorm: expects an input with channels last, got []');
    return input;
  }

  override forward(x: Tensor): Tensor {
    return localResponseNormOp(x, this.options);
  }
}

/**
 * Divides each activation by a power of the squares of its neighbours along the channels.
 *
 * Defaults are AlexNet's: size 5, alpha 1e-4 not divided by size, beta 0.75, bias 2. PyTorch's: `{ bias: 1, alphaConvention: 'divided' }`.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.localResponseNorm()
 */
export function localResponseNorm(options?: LocalResponseNormOptions): LocalResponseNorm {
  return new LocalResponseNorm(options);
}
