// What layerNorm, groupNorm and instanceNorm share: epsilon, and a scale and a shift that may be left out.
import { ones, zeros } from '../initializers/constant.js';
import { checkInitializers, type Initializer } from '../initializers/initializer.js';
import { checkBoolean, checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerOptions, type ParameterSpecs } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of the normalisations without running statistics. */
export interface AffineNormOptions extends LayerOptions {
  /** Added to the variance, default 1e-5 (Keras: 1e-3). */
  readonly epsilon?: number;
  /** Whether there are gamma and beta. */
  readonly affine?: boolean;
  /** Initial scale, default `ones`. */
  readonly gammaInitializer?: Initializer;
  /** Initial shift, default `zeros`. */
  readonly betaInitializer?: Initializer;
}

/** A normalisation layer; `layerNorm`, `groupNorm` and `instanceNorm` make them. */
export abstract class AffineNorm<Rule extends ShapeRule> extends Layer<Rule> {
  readonly epsilon: number;
  readonly affine: boolean;
  readonly #gammaInitializer: Initializer;
  readonly #betaInitializer: Initializer;

  constructor(kind: string, options: AffineNormOptions, affineByDefault: boolean, own: readonly string[] = []) {
    checkOptions(kind, options, ['name', 'epsilon', 'affine', 'gammaInitializer', 'betaInitializer', ...own]);
    super(kind, options);
    checkInitializers(kind, options);
    const { epsilon = 1e-5, affine = affineByDefault, gammaInitializer, betaInitializer } = options;
    checkNumber(kind, 'epsilon', epsilon, 0);
    checkBoolean(kind, 'affine', affine);
    for (const [name, value] of Object.entries({ gammaInitializer, betaInitializer }))
      if (!affine && value !== undefined) throw new ArgumentError(`${kind}: ${name} is given but affine is false`);
    this.epsilon = epsilon;
    this.affine = affine;
    this.#gammaInitializer = gammaInitializer ?? ones;
    this.#betaInitializer = betaInitializer ?? zeros;
  }

  /** Shape of gamma and beta. */
  protected normalizedShape(input: Shape): Shape {
    return input.slice(-1);
  }

  override outputShape(input: Shape): Shape {
    if (input.length === 0) throw new ShapeError(`${this.kind}: expects an input with channels last, got []`);
    return input;
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    if (!this.affine) return {};
    const shape = this.normalizedShape(this.outputShape(input));
    return {
      gamma: { shape, initializer: this.#gammaInitializer, trainable: true },
      beta: { shape, initializer: this.#betaInitializer, trainable: true },
    };
  }

  /** The options of the op. */
  protected get normalization(): { gamma?: Tensor; beta?: Tensor; epsilon: number } {
    const { epsilon } = this;
    return this.affine ? { gamma: this.parameter('gamma'), beta: this.parameter('beta'), epsilon } : { epsilon };
  }
}
