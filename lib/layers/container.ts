// A layer made of layers: its parameters are those of its children.
import type { Parameter } from '../tensor/parameter.js';
import type { Shape } from '../tensor/shape.js';
import type { Child } from './chain.js';
import { type BuildContext, joinPath, Layer, withinPath } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

export abstract class Container<Rule extends ShapeRule = ShapeRule> extends Layer<Rule> {
  /** The layers inside, each with its segment of the path. */
  abstract readonly children: readonly Child[];

  /** The input shape each child gets, in the order of `children`. */
  protected abstract childInputs(input: Shape): readonly Shape[];

  override build(input: Shape, context: BuildContext): void {
    const inputs = this.childInputs(input);
    this.children.forEach(({ segment, layer }, index) => {
      const path = joinPath(context.path, segment);
      withinPath(segment, () => layer.build(inputs[index] as Shape, { ...context, path }));
    });
  }

  override get parameters(): ReadonlyMap<string, Parameter> {
    const parameters = new Map<string, Parameter>();
    for (const { segment, layer } of this.children) {
      for (const [name, parameter] of layer.parameters) parameters.set(joinPath(segment, name), parameter);
    }
    return parameters;
  }
}
