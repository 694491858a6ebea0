// Residual connection:  y = x + f(x), or shortcut(x) + f(x) where f changes the shape. He et al. 2015 (arXiv 1512.03385).
import { add } from '../ops/add.js';
import { checkOptions } from '../tensor/arguments.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape, type Shape, sameShape } from '../tensor/shape.js';
import type { Compatible, ShapeText } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { Chain, type Child, runChild, runMerge, surveyChild, tidied } from './chain.js';
import { Container } from './container.js';
import {
  type Layer,
  type LayerContext,
  type LayerOptions,
  type SurveyRow,
  type SurveyState,
  withinPath,
} from './layer.js';
import { meet, type ReceptiveField } from './receptive_field.js';
import { Sequential } from './sequential.js';
import type { Inside, Output, ShapeRule } from './shape_rule.js';

/** Options of `residual`. */
export interface ResidualOptions<Shortcut extends readonly Layer[] = readonly Layer[]> extends LayerOptions {
  /** Layers on the way around the branch, default none (the identity). Its parameters are under `'shortcut'`. */
  readonly shortcut?: Shortcut;
}

interface ResidualRule<L extends readonly Layer[], Shortcut extends readonly Layer[]> extends ShapeRule {
  readonly output: Added<
    Inside<'residual', Output<this['input'], L>>,
    Inside<"residual's shortcut", Output<this['input'], Shortcut>>
  >;
}

type Added<Branch, Around> = Branch extends Shape
  ? Around extends Shape
    ? Compatible<Branch, Around> extends true
      ? Branch
      : `residual adds a branch of shape ${ShapeText<Branch>} to a shortcut of shape ${ShapeText<Around>}: make the branch keep the shape or give a shortcut that changes it alike`
    : Around
  : Branch;

/** The layer that `residual` makes. */
export class Residual<
  L extends readonly Layer[] = readonly Layer[],
  Shortcut extends readonly Layer[] = readonly Layer[],
> extends Container<ResidualRule<L, Shortcut>> {
  override readonly children: readonly Child[];
  readonly #branch: Chain;
  readonly #shortcut: Child | undefined;

  constructor(layers: readonly Layer[], options: ResidualOptions = {}) {
    checkOptions('residual', options, ['name', 'shortcut']);
    super('residual', options);
    const { shortcut = [] } = options;
    this.#branch = new Chain('residual', layers);
    this.#shortcut = shortcut.length > 0 ? { segment: 'shortcut', layer: new Sequential(shortcut) } : undefined;
    this.children = [...this.#branch.children, ...(this.#shortcut ? [this.#shortcut] : [])];
  }

  protected override childInputs(input: Shape): readonly Shape[] {
    return [...this.#branch.shapes(input).slice(0, -1), input];
  }

  override outputShape(input: Shape): Shape {
    const branch = this.#branch.outputShape(input);
    const shortcut = this.#shortcut;
    const around = shortcut ? withinPath(shortcut.segment, () => shortcut.layer.outputShape(input)) : input;
    if (sameShape(branch, around)) return branch;
    throw new ShapeError(
      `residual: adds a branch of shape ${formatShape(branch)} to a shortcut of shape ${formatShape(around)}: ` +
        'make the branch keep the shape or give a shortcut that changes it alike',
    );
  }

  override survey(at: SurveyState, visit: (row: SurveyRow) => void): ReceptiveField | undefined {
    const branch = this.#branch.survey(at, visit);
    const around = this.#shortcut ? surveyChild(this.#shortcut, at, visit) : at.receptiveField;
    const receptiveField = meet([branch, around]);
    visit({ path: at.path, layer: this, input: at.input, output: this.outputShape(at.input), receptiveField });
    return receptiveField;
  }

  override forward(x: Tensor, context: LayerContext): Tensor {
    return tidied(context, () => {
      const branch = this.#branch.forward(x, context);
      const around = this.#shortcut ? runChild(this.#shortcut, x, context) : x;
      const run = ([left, right]: readonly Tensor[]) => add(left as Tensor, right as Tensor);
      return runMerge(this, [branch, around], run, context);
    });
  }
}

/**
 * Adds what the layers make of the input to the input itself, or to what `shortcut` makes of it.
 *
 * @throws ArgumentError for an unknown option or two layers of the same name.
 * @example
 * layers.residual([layers.conv2d({ filters: 64, kernelSize: 3, padding: 'same' }), layers.batchNorm()])
 */
export function residual<const L extends readonly Layer[], const Shortcut extends readonly Layer[] = readonly []>(
  layers: L,
  options?: ResidualOptions<Shortcut>,
): Residual<L, Shortcut> {
  return new Residual(layers, options);
}
