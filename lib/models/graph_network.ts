// A graph of layers as what a model runs; with a single input and a single output it is a layer itself.
import type { Child } from '../layers/chain.js';
import { buildChildren, Container, parametersOf } from '../layers/container.js';
import type { BuildContext, LayerContext, LayerOptions, SurveyRow, SurveyState } from '../layers/layer.js';
import type { ReceptiveField } from '../layers/receptive_field.js';
import { ShapeError } from '../tensor/errors.js';
import {
  isTensor,
  mapNamed,
  type Named,
  type OneOrNamed,
  type Shapes,
  type Tensors,
  type TensorsOf,
} from '../tensor/named.js';
import type { Parameter } from '../tensor/parameter.js';
import { formatShape, type Shape, sameShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { GraphPlan } from './graph_plan.js';
import type { Network } from './network.js';
import { isNode, type Node } from './node.js';

/** Nodes in the order of their names. */
export function nodesIn(nodes: OneOrNamed<Node>): readonly Node[] {
  return isNode(nodes) ? [nodes] : Object.values(nodes);
}

/** The network of these nodes; `plan` where it is known already. */
export function networkOf(
  inputs: OneOrNamed<Node>,
  outputs: OneOrNamed<Node>,
  plan = new GraphPlan(nodesIn(inputs), nodesIn(outputs)),
): Network<Shapes, Shapes> {
  const single = isNode(inputs) && isNode(outputs);
  return (single ? new GraphLayer(plan) : new GraphNetwork(inputs, outputs, plan)) as Network<Shapes, Shapes>;
}

/** A graph with one input and one output. */
export class GraphLayer extends Container {
  /** @internal */
  readonly plan: GraphPlan;

  constructor(plan: GraphPlan, options: LayerOptions = {}) {
    super('graph', options);
    this.plan = plan;
  }

  override get children(): readonly Child[] {
    return this.plan.children;
  }

  protected override childInputs(): readonly Shape[] {
    return this.plan.childInputs;
  }

  override outputShape(input: Shape): Shape {
    const expected = (this.plan.inputs[0] as Node).shape;
    if (!sameShape(input, expected))
      throw new ShapeError(`graph: expects an input of shape ${formatShape(expected)}, got ${formatShape(input)}`);
    return (this.plan.outputs[0] as Node).shape;
  }

  override survey({ path, receptiveField }: SurveyState, visit: (row: SurveyRow) => void): ReceptiveField | undefined {
    return this.plan.survey(path, receptiveField, visit)[0];
  }

  override forward(x: Tensor, context: LayerContext): Tensor {
    return this.plan.forward([x], context)[0] as Tensor;
  }
}

/** A graph with several inputs or outputs. */
export class GraphNetwork implements Network<Shapes, Shapes> {
  /** @internal */
  readonly inputs: OneOrNamed<Node>;
  /** @internal */
  readonly outputs: OneOrNamed<Node>;
  /** @internal */
  readonly plan: GraphPlan;

  constructor(inputs: OneOrNamed<Node>, outputs: OneOrNamed<Node>, plan: GraphPlan) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.plan = plan;
  }

  get parameters(): ReadonlyMap<string, Parameter> {
    return parametersOf(this.plan.children);
  }

  outputShape(): Shapes {
    return mapNamed(this.outputs, isNode, ({ shape }) => shape);
  }

  build(_input: Shapes, context: BuildContext): void {
    buildChildren(this.plan.children, this.plan.childInputs, context);
  }

  survey({ path, receptiveField }: SurveyState<Shapes>, visit: (row: SurveyRow) => void): void {
    this.plan.survey(path, receptiveField, visit);
  }

  forward(x: Tensors, context: LayerContext): TensorsOf<Shapes> {
    const inputs = isTensor(x) ? [x] : Object.keys(this.inputs).map((name) => x[name] as Tensor);
    const outputs = this.plan.forward(inputs, context);
    let index = 0;
    return mapNamed(this.outputs, isNode, () => outputs[index++] as Tensor);
  }

  /** The part of the network that these outputs need: one output by its name, or several. */
  select(names: string | readonly string[]): Network<Shapes, Shapes> {
    const outputs = this.outputs as Named<Node>;
    const chosen =
      typeof names === 'string'
        ? (outputs[names] as Node)
        : Object.fromEntries(names.map((name) => [name, outputs[name] as Node]));
    return networkOf(this.inputs, chosen, this.plan.restrictedTo(nodesIn(chosen)));
  }
}
