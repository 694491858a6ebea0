// A layer made of layers: its parameters are those of its children.
import type { Parameter } from '../tensor/parameter.js';
import type { Shape } from '../tensor/shape.js';
import type { Child } from './chain.js';
import { type BuildContext, joinPath, Layer, withinPath } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Allocates and initialises the parameters of layers, each for its input. */
export function buildChildren(children: readonly Child[], inputs: readonly Shape[], context: BuildContext): void {
  children.forEach(({ segment, layer }, index) => {
    const path = joinPath(context.path, segment);
    withinPath(segment, () => layer.build(inputs[index] as Shape, { ...context, path }));
  });
}

/** The parameters of layers by path. */
export function parametersOf(children: readonly Child[]): ReadonlyMap<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  for (const { segment, layer } of children) {
    for (const [name, parameter] of layer.parameters) parameters.set(joinPath(segment, name), parameter);
  }
  return parameters;
}

export abstract class Container<Rule extends ShapeRule = ShapeRule> extends Layer<Rule> {
  /** The layers inside, each with its segment of the path. */
  abstract readonly children: readonly Child[];

  /** The input shape each child gets, in the order of `children`. */
  protected abstract childInputs(input: Shape): readonly Shape[];

  override build(input: Shape, context: BuildContext): void {
    buildChildren(this.children, this.childInputs(input), context);
  }

  override get parameters(): ReadonlyMap<string, Parameter> {
    return parametersOf(this.children);
  }
}
