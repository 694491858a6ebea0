// Layers applied one after the other, each under its segment of the path. Where a layer can apply the activation that follows
// it in its own epilogue, the two run as one op; asking for intermediate outputs (context.capture) runs them apart.
import { ArgumentError } from '../tensor/errors.js';
import { scope } from '../tensor/scope.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Container } from './container.js';
import {
  type Forward,
  type ForwardStep,
  joinPath,
  Layer,
  type LayerContext,
  type SurveyRow,
  type SurveyState,
  withinPath,
} from './layer.js';
import type { ReceptiveField } from './receptive_field.js';

/** A layer inside a container, with its segment of the path. */
export interface Child {
  readonly segment: string;
  readonly layer: Layer;
}

/** Children under their names, or their index where they have none. @throws ArgumentError when something is no layer or two share a segment. */
export function nameChildren(kind: string, layers: readonly Layer[]): Child[] {
  if (!Array.isArray(layers))
    throw new ArgumentError(`${kind}: expects an array of layers, but received ${String(layers)}`);
  const seen = new Set<string>();
  return layers.map((layer, index) => {
    if (!(layer instanceof Layer))
      throw new ArgumentError(`${kind}: layers[${index}] is not a layer, but ${String(layer)}`);
    const segment = layer.name ?? String(index);
    if (seen.has(segment)) throw new ArgumentError(`${kind}: two layers are named '${segment}'`);
    seen.add(segment);
    return { segment, layer };
  });
}

/** Runs one child: its errors, its steps and its captured outputs get its segment put before their path. */
export function runChild({ segment, layer }: Child, x: Tensor, context: LayerContext): Tensor {
  const { capture, observe } = context;
  const inner = capture || observe ? contextWithin(segment, context) : context;
  if (observe && !(layer instanceof Container))
    observe({
      paths: [segment],
      layers: [layer],
      inputs: [x],
      run: ([input]) => layer.forward(input as Tensor, inner),
    });
  const output = withinPath(segment, () => layer.forward(x, inner));
  capture?.(segment, output);
  return output;
}

/** Runs a child with the activation that `forward` applies in its epilogue. */
export function runFused(child: Child, activation: Child, forward: Forward, x: Tensor, context: LayerContext): Tensor {
  context.observe?.({
    paths: [child.segment, activation.segment],
    layers: [child.layer, activation.layer],
    inputs: [x],
    run: ([input]) => forward(input as Tensor, context),
  });
  return withinPath(child.segment, () => forward(x, context));
}

/** Runs what a container does itself, where its branches meet. */
export function runMerge(
  container: Container,
  inputs: readonly Tensor[],
  run: ForwardStep['run'],
  context: LayerContext,
): Tensor {
  context.observe?.({ paths: [''], layers: [container], inputs, run });
  return run(inputs);
}

/** Runs a part of a forward pass and releases at once what only that part needs. */
export function tidied(context: LayerContext, run: () => Tensor): Tensor {
  const { capture, observe, switches } = context;
  if (capture || observe) return run();
  return scope(() => ({ output: run(), switches })).output;
}

function contextWithin(segment: string, context: LayerContext): LayerContext {
  const { capture, observe } = context;
  const within = (path: string): string => (path === '' ? segment : joinPath(segment, path));
  return {
    ...context,
    capture: capture && ((path, output) => capture(within(path), output)),
    observe: observe && ((step) => observe({ ...step, paths: step.paths.map(within) })),
  };
}

/** Visits one child. */
export function surveyChild(
  { segment, layer }: Child,
  at: SurveyState,
  visit: (row: SurveyRow) => void,
): ReceptiveField | undefined {
  return withinPath(segment, () => layer.survey({ ...at, path: joinPath(at.path, segment) }, visit));
}

export class Chain {
  readonly children: readonly Child[];
  readonly #steps: readonly Forward[];

  constructor(kind: string, layers: readonly Layer[]) {
    this.children = nameChildren(kind, layers);
    this.#steps = fuse(this.children);
  }

  /** The input shape of each child, and last the output of the chain. */
  shapes(input: Shape): Shape[] {
    const shapes = [input];
    let shape = input;
    for (const { segment, layer } of this.children) {
      shape = withinPath(segment, () => layer.outputShape(shape));
      shapes.push(shape);
    }
    return shapes;
  }

  outputShape(input: Shape): Shape {
    return this.shapes(input).at(-1) as Shape;
  }

  forward(x: Tensor, context: LayerContext): Tensor {
    if (context.capture) return this.children.reduce((h, child) => runChild(child, h, context), x);
    return this.#steps.reduce((h, step) => step(h, context), x);
  }

  /** Visits the children in order and returns the receptive field after the last. */
  survey(at: SurveyState, visit: (row: SurveyRow) => void): ReceptiveField | undefined {
    const shapes = this.shapes(at.input);
    return this.children.reduce(
      (receptiveField, child, index) =>
        surveyChild(child, { path: at.path, input: shapes[index] as Shape, receptiveField }, visit),
      at.receptiveField,
    );
  }
}

function fuse(children: readonly Child[]): Forward[] {
  const steps: Forward[] = [];
  for (let index = 0; index < children.length; index += 1) {
    const child = children[index] as Child;
    const next = children[index + 1];
    const epilogue = next?.layer.epilogue;
    const fused = epilogue && child.layer.withEpilogue(epilogue);
    if (next && fused) {
      steps.push((x, context) => runFused(child, next, fused, x, context));
      index += 1; // the activation has run with its layer
    } else {
      steps.push((x, context) => runChild(child, x, context));
    }
  }
  return steps;
}
