// How a graph of layers runs: its nodes in topological order, each once, under the names their layers have in paths.
//
// The order is that of a walk back from the outputs, the first output first: layers that only a later output needs come after,
// so that a network keeps its paths when an output is added to it. A layer goes by its name, else by its place in this order.
// Where a layer can apply the activation that follows it in its own epilogue, and nothing else uses its output, the two run as
// one op; asking for intermediate outputs (context.capture) runs them apart.
import { type Child, runChild, runFused, surveyChild } from '../layers/chain.js';
import { joinPath, Layer, type LayerContext, type SurveyRow, withinPath } from '../layers/layer.js';
import type { Merge } from '../layers/merge.js';
import { meet, type ReceptiveField } from '../layers/receptive_field.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Node } from './node.js';

/** A node that is computed, with its segment of the path. */
export interface Step {
  readonly node: Node;
  readonly segment: string;
}

type Values = Map<Node, Tensor>;
type Run = (values: Values, context: LayerContext) => void;

export class GraphPlan {
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];
  readonly #steps: readonly Step[];
  readonly #runs: readonly Run[];
  readonly #fused: readonly Run[];

  /** @throws ArgumentError when two layers go by one name. */
  constructor(inputs: readonly Node[], outputs: readonly Node[], steps: readonly Step[] = nameSteps(inputs, outputs)) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.#steps = steps;
    this.#runs = steps.map(runOf);
    this.#fused = fuse(steps, outputs);
  }

  /** The part of the graph that these outputs need, under the same names. */
  restrictedTo(outputs: readonly Node[]): GraphPlan {
    const needed = walk(this.inputs, outputs);
    return new GraphPlan(
      this.inputs,
      outputs,
      this.#steps.filter(({ node }) => needed.has(node)),
    );
  }

  /** The nodes that are computed, each after what it is made from. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** The layers, and the input shape of each. */
  get children(): readonly Child[] {
    return this.#layerSteps.map(({ node, segment }) => ({ segment, layer: node.producer as Layer }));
  }

  get childInputs(): readonly Shape[] {
    return this.#layerSteps.map(({ node }) => (node.from[0] as Node).shape);
  }

  get #layerSteps(): readonly Step[] {
    return this.#steps.filter(({ node }) => node.producer instanceof Layer);
  }

  /** The outputs for the inputs, each in its order. */
  forward(inputs: readonly Tensor[], context: LayerContext): Tensor[] {
    const values: Values = new Map(this.inputs.map((node, index) => [node, inputs[index] as Tensor]));
    for (const run of context.capture ? this.#runs : this.#fused) run(values, context);
    return this.outputs.map((node) => values.get(node) as Tensor);
  }

  /** Visits the steps in order, and returns the receptive field of each output. */
  survey(
    path: string,
    receptiveField: ReceptiveField | undefined,
    visit: (row: SurveyRow) => void,
  ): (ReceptiveField | undefined)[] {
    const fields = new Map(this.inputs.map((node) => [node, receptiveField]));
    for (const { node, segment } of this.#steps) {
      const { producer, from, shape } = node;
      const input = (from[0] as Node).shape;
      const before = meet(from.map((source) => fields.get(source)));
      if (producer instanceof Layer) {
        fields.set(node, surveyChild({ segment, layer: producer }, { path, input, receptiveField: before }, visit));
      } else {
        const layer = producer as Merge;
        fields.set(node, before);
        visit({ path: joinPath(path, segment), layer, input, output: shape, receptiveField: before });
      }
    }
    return this.outputs.map((node) => fields.get(node));
  }
}

/** Everything the outputs are made from, down to the inputs, each node after what it is made from. */
export function walk(inputs: readonly Node[], outputs: readonly Node[]): ReadonlySet<Node> {
  const done = new Set<Node>();
  const pending = outputs.toReversed(); // the next one last
  for (let node = pending.at(-1); node !== undefined; node = pending.at(-1)) {
    const missing = inputs.includes(node) ? [] : node.from.filter((source) => !done.has(source));
    pending.push(...missing.toReversed());
    if (missing.length > 0) continue;
    done.add(node);
    pending.pop();
  }
  return done;
}

/** The nodes to compute, under their names. A layer in two places has its name in the first, and `name#2` in the second. */
function nameSteps(inputs: readonly Node[], outputs: readonly Node[]): Step[] {
  const places = new Map<Layer | Merge, number>();
  const seen = new Set<string>();
  const nodes = [...walk(inputs, outputs)].filter((node) => !inputs.includes(node));
  return nodes.map((node, index) => {
    const producer = node.producer as Layer | Merge;
    const place = (places.get(producer) ?? 0) + 1;
    places.set(producer, place);
    const segment = producer.name === undefined ? String(index) : producer.name + (place > 1 ? `#${place}` : '');
    if (seen.has(segment)) throw new ArgumentError(`graph: two layers are named '${segment}'`);
    seen.add(segment);
    return { node, segment };
  });
}

/** The step as a layer inside the graph; undefined where it is a merge. */
function childOf({ node, segment }: Step): Child | undefined {
  return node.producer instanceof Layer ? { segment, layer: node.producer } : undefined;
}

function runOf(step: Step): Run {
  const { node, segment } = step;
  const { producer, from } = node;
  const child = childOf(step);
  if (child)
    return (values, context) => values.set(node, runChild(child, values.get(from[0] as Node) as Tensor, context));
  const merge = producer as Merge;
  const run = (inputs: readonly Tensor[]): Tensor => merge.forward(inputs);
  return (values, context) => {
    const inputs = from.map((source) => values.get(source) as Tensor);
    context.observe?.({ paths: [segment], layers: [merge], inputs, run });
    const output = withinPath(segment, () => run(inputs));
    values.set(node, output);
    context.capture?.(segment, output);
  };
}

function fuse(steps: readonly Step[], outputs: readonly Node[]): Run[] {
  const uses = new Map<Node, Step[]>();
  for (const step of steps) for (const source of step.node.from) uses.set(source, [...(uses.get(source) ?? []), step]);
  const finished = new Set<Node>();
  const runs: Run[] = [];
  for (const step of steps) {
    const { node } = step;
    if (finished.has(node)) continue; // the activation has run with its layer
    const [next, ...others] = uses.get(node) ?? [];
    const alone = next !== undefined && others.length === 0 && !outputs.includes(node);
    const child = alone ? childOf(step) : undefined;
    const activation = alone ? childOf(next) : undefined;
    const epilogue = activation?.layer.epilogue;
    const fused = epilogue && child?.layer.withEpilogue(epilogue);
    if (child && activation && fused) {
      const source = node.from[0] as Node;
      const target = (next as Step).node;
      runs.push((values, context) =>
        values.set(target, runFused(child, activation, fused, values.get(source) as Tensor, context)),
      );
      finished.add(target);
    } else {
      runs.push(runOf(step));
    }
  }
  return runs;
}
