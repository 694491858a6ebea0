// Layers one after the other, as one layer:  y = fₙ(… f₂(f₁(x)))
import { checkOptions } from '../tensor/arguments.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Chain, type Child } from './chain.js';
import { Container } from './container.js';
import type { Layer, LayerContext, LayerOptions, SurveyRow, SurveyState } from './layer.js';
import type { ReceptiveField } from './receptive_field.js';
import type { Inside, Output, ShapeRule } from './shape_rule.js';

interface SequentialRule<L extends readonly Layer[]> extends ShapeRule {
  readonly output: Inside<'sequential', Output<this['input'], L>>;
}

/** The layer that `layers.sequential` makes. */
export class Sequential<L extends readonly Layer[] = readonly Layer[]> extends Container<SequentialRule<L>> {
  readonly #chain: Chain;

  constructor(layers: readonly Layer[], options: LayerOptions = {}) {
    checkOptions('sequential', options, ['name']);
    super('sequential', options);
    this.#chain = new Chain('sequential', layers);
  }

  override get children(): readonly Child[] {
    return this.#chain.children;
  }

  protected override childInputs(input: Shape): readonly Shape[] {
    return this.#chain.shapes(input);
  }

  override outputShape(input: Shape): Shape {
    return this.#chain.outputShape(input);
  }

  override survey(at: SurveyState, visit: (row: SurveyRow) => void): ReceptiveField | undefined {
    return this.#chain.survey(at, visit);
  }

  override forward(x: Tensor, context: LayerContext): Tensor {
    return this.#chain.forward(x, context);
  }
}

/**
 * Several layers as one, for naming a stage of a network or for a branch.
 *
 * @throws ArgumentError when two of them share a name.
 * @example
 * layers.sequential([layers.conv2d({ filters: 64, kernelSize: 3 }), layers.maxPool2d({ poolSize: 2 })], { name: 'stem' })
 */
export function sequential<const L extends readonly Layer[]>(layers: L, options?: LayerOptions): Sequential<L> {
  return new Sequential(layers, options);
}
