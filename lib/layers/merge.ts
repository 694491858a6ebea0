// Where branches of a graph meet: several tensors become one. A merge has a shape rule and a forward function, and no weights.
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import type { Window2d } from '../tensor/padding.js';
import { formatShape, type Shape, sameShape } from '../tensor/shape.js';
import type { Compatible, IsUnknownRank, ShapeText } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkName, type LayerOptions, type ParameterSpecs, type Surveyed } from './layer.js';

declare const mergeRule: unique symbol;

/** A function on two shape types, folded over all that meet: extend it and derive `output` from `this['left']` and `this['right']`. */
export interface MergeRule {
  readonly left: unknown;
  readonly right: unknown;
  readonly output: unknown;
}

/** The rule a merge carries in its type. */
export type MergeRuleOf<M> = M extends { readonly [mergeRule]: infer Rule extends MergeRule } ? Rule : MergeRule;

/**
 * A place where branches of a graph meet. `Rule` is its shape rule at compile time; `outputShape` is the same rule at run time.
 *
 * Subclass it for a merge of your own.
 */
export abstract class Merge<Rule extends MergeRule = MergeRule> implements Surveyed {
  declare readonly [mergeRule]: Rule;

  /** What the merge is: `'add'`. */
  readonly kind: string;
  /** The name given to it, if any. */
  readonly name: string | undefined;

  constructor(kind: string, { name }: LayerOptions) {
    checkName(kind, name);
    this.kind = kind;
    this.name = name;
  }

  /** Shape of the output for one or more input shapes, all without the batch. @throws ShapeError when they do not fit together. */
  abstract outputShape(inputs: readonly Shape[]): Shape;

  /** The output for a batch. */
  abstract forward(inputs: readonly Tensor[]): Tensor;

  parameterSpecs(): ParameterSpecs {
    return {};
  }

  /** Multiply-accumulates of a forward pass of one sample. */
  macs(): number {
    return 0;
  }

  window(): Window2d | undefined {
    return undefined;
  }
}

/** The rule of merges whose inputs have one shape, which is the output's. */
export interface SameShapes<Kind extends string> extends MergeRule {
  readonly output: Compatible<this['left'], this['right']> extends true
    ? IsUnknownRank<this['left']> extends true
      ? this['right']
      : this['left']
    : `${Kind} merges ${ShapeText<this['left']>} with ${ShapeText<this['right']>}: make their shapes the same`;
}

/** A merge element by element. */
export abstract class ElementwiseMerge<Kind extends string> extends Merge<SameShapes<Kind>> {
  override outputShape(inputs: readonly Shape[]): Shape {
    const first = firstOf(this.kind, inputs);
    for (const shape of inputs) {
      if (sameShape(first, shape)) continue;
      throw new ShapeError(
        `${this.kind}: merges ${formatShape(first)} with ${formatShape(shape)}: make their shapes the same`,
      );
    }
    return first;
  }
}

/** The first of the inputs of a merge. @throws ArgumentError when there are none. */
export function firstOf<T>(kind: string, inputs: readonly T[]): T {
  if (inputs.length === 0) throw new ArgumentError(`${kind}: expects at least one input`);
  return inputs[0] as T;
}
