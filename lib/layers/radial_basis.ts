// Radial-basis output layer of LeNet-5:  y[k] = Σ_d (x[d] − codes[k, d])²,  codes [units, features]
// LeCun et al. 1998.
import { checkInitializers, type Initializer } from '../initializers/initializer.js';
import { radialBasis as radialBasisOp } from '../ops/radial_basis.js';
import { checkBoolean, checkInteger, checkOptions } from '../tensor/arguments.js';
import { allocateTypedArray } from '../tensor/dtype.js';
import { ShapeError } from '../tensor/errors.js';
import { elementCount, formatShape, type Shape } from '../tensor/shape.js';
import type { IsUnknownRank, ShapeText } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerOptions, type ParameterSpecs } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `radialBasis`. */
export interface RadialBasisOptions<Units extends number = number> extends LayerOptions {
  /** Number of codes, one per class. */
  readonly units: Units;
  /** Whether the codes are learned, default false. */
  readonly trainable?: boolean;
  /** The codes, default random signs; LeNet-5 has little pictures of the characters, of −1 and 1. */
  readonly codesInitializer?: Initializer;
}

interface RadialBasisRule<Units extends number> extends ShapeRule {
  readonly output: IsUnknownRank<this['input']> extends true
    ? [Units]
    : this['input'] extends readonly [number]
      ? [Units]
      : `radialBasis expects a flat input [features], got ${ShapeText<this['input']>}: put flatten() before it`;
}

/** −1 or 1, each as likely. */
const signs: Initializer = (parameter, random) => {
  const codes = allocateTypedArray(parameter.dtype, elementCount(parameter.shape));
  parameter.assign(codes.map(() => (random.uniform() < 0.5 ? -1 : 1)));
};

/** The layer that `radialBasis` makes. */
export class RadialBasis<Units extends number = number> extends Layer<RadialBasisRule<Units>> {
  readonly units: number;
  readonly trainable: boolean;
  readonly #codesInitializer: Initializer;

  constructor(options: RadialBasisOptions) {
    checkOptions('radialBasis', options, ['name', 'units', 'trainable', 'codesInitializer']);
    super('radialBasis', options);
    checkInitializers('radialBasis', options);
    const { units, trainable = false, codesInitializer = signs } = options;
    checkInteger('radialBasis', 'units', units);
    checkBoolean('radialBasis', 'trainable', trainable);
    this.units = units;
    this.trainable = trainable;
    this.#codesInitializer = codesInitializer;
  }

  override outputShape(input: Shape): Shape {
    if (input.length !== 1)
      throw new ShapeError(
        `radialBasis: expects a flat input [features], got ${formatShape(input)}: put flatten() before it`,
      );
    return [this.units];
  }

  override parameterSpecs(input: Shape): ParameterSpecs {
    const shape = [this.units, ...input];
    return { codes: { shape, initializer: this.#codesInitializer, trainable: this.trainable } };
  }

  override macs(input: Shape): number {
    return this.units * elementCount(input);
  }

  override forward(x: Tensor): Tensor {
    return radialBasisOp(x, this.parameter('codes'));
  }
}

/**
 * Squared distance of the input to each of `units` codes, which are fixed unless `trainable` is set: the smallest output wins.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.radialBasis({ units: 10, codesInitializer: (codes) => codes.assign(bitmaps) }) // [84] becomes [10]
 */
export function radialBasis<const Units extends number>(options: RadialBasisOptions<Units>): RadialBasis<Units> {
  return new RadialBasis(options);
}
