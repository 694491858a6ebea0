// Branches side by side, joined along the channels:  y = [f₁(x), f₂(x), …]. Szegedy et al. 2014 (arXiv 1409.4842).
import { concat } from '../ops/concat.js';
import { checkOptions } from '../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { formatShape, type Shape, sameShape } from '../tensor/shape.js';
import type { JoinedChannels, ShapeText } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Child, nameChildren, runChild, runMerge, surveyChild } from './chain.js';
import { Container } from './container.js';
import {
  type Layer,
  type LayerContext,
  type LayerOptions,
  type RuleOf,
  type SurveyRow,
  type SurveyState,
  withinPath,
} from './layer.js';
import { meet, type ReceptiveField } from './receptive_field.js';
import type { Apply, Inside, ShapeRule } from './shape_rule.js';

interface ParallelRule<Branches extends readonly Layer[]> extends ShapeRule {
  readonly output: number extends Branches['length']
    ? number[]
    : Branches extends readonly [infer First extends Layer, ...infer Rest extends readonly Layer[]]
      ? Joined<this['input'], Inside<'parallel', Apply<RuleOf<First>, this['input']>>, Rest>
      : never;
}

type Joined<Input, Done, Branches extends readonly Layer[]> = Done extends Shape
  ? Branches extends readonly [infer First extends Layer, ...infer Rest extends readonly Layer[]]
    ? Inside<'parallel', Apply<RuleOf<First>, Input>> extends infer Next
      ? Next extends Shape
        ? JoinedChannels<Done, Next> extends infer Both extends Shape
          ? Joined<Input, Both, Rest>
          : `parallel joins branches along the channels, but ${ShapeText<Done>} and ${ShapeText<Next>} differ elsewhere`
        : Next
      : never
    : Done
  : Done;

/** The layer that `parallel` makes. */
export class Parallel<Branches extends readonly Layer[] = readonly Layer[]> extends Container<ParallelRule<Branches>> {
  override readonly children: readonly Child[];

  constructor(branches: readonly Layer[], options: LayerOptions = {}) {
    checkOptions('parallel', options, ['name']);
    super('parallel', options);
    this.children = nameChildren('parallel', branches);
    if (branches.length === 0) throw new ArgumentError('parallel: expects at least one branch');
  }

  protected override childInputs(input: Shape): readonly Shape[] {
    return this.children.map(() => input);
  }

  override outputShape(input: Shape): Shape {
    const shapes = this.children.map(({ segment, layer }) => withinPath(segment, () => layer.outputShape(input)));
    const [first = [], ...rest] = shapes;
    for (const shape of rest) {
      if (shape.length === first.length && sameShape(shape.slice(0, -1), first.slice(0, -1))) continue;
      throw new ShapeError(
        `parallel: joins branches along the channels, but ${formatShape(first)} and ${formatShape(shape)} differ elsewhere`,
      );
    }
    return [...first.slice(0, -1), shapes.reduce((sum, shape) => sum + (shape.at(-1) ?? 0), 0)];
  }

  override survey(at: SurveyState, visit: (row: SurveyRow) => void): ReceptiveField | undefined {
    const receptiveField = meet(this.children.map((child) => surveyChild(child, at, visit)));
    visit({ path: at.path, layer: this, input: at.input, output: this.outputShape(at.input), receptiveField });
    return receptiveField;
  }

  override forward(x: Tensor, context: LayerContext): Tensor {
    const outputs = this.children.map((child) => runChild(child, x, context));
    return runMerge(this, outputs, (inputs) => concat(inputs, { axis: -1 }), context);
  }
}

/**
 * Runs branches on the same input and joins their outputs along the last axis, the channels.
 *
 * @throws ArgumentError without branches, for an unknown option, or for two branches of the same name.
 * @example
 * layers.parallel([layers.conv2d({ filters: 64, kernelSize: 1 }), layers.conv2d({ filters: 128, kernelSize: 3, padding: 'same' })])
 */
export function parallel<const Branches extends readonly Layer[]>(
  branches: Branches,
  options?: LayerOptions,
): Parallel<Branches> {
  return new Parallel(branches, options);
}
