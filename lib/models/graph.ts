// A model of layers in any arrangement without cycles, with one or more inputs and outputs.
import { checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { entriesOf, isRecord, mapNamed, type OneOrNamed, type Shapes } from '../tensor/named.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import { networkOf, nodesIn } from './graph_network.js';
import { walk } from './graph_plan.js';
import { Model, type ModelOptions, modelOptions } from './model.js';
import { isNode, type Node } from './node.js';

/** Options of `graph`. */
export interface GraphOptions<Inputs extends OneOrNamed<Node>, Outputs extends OneOrNamed<Node>> extends ModelOptions {
  /** What `input` made: one, or several by name. (Any other node will do, too: the model then begins there.) */
  readonly inputs: Inputs;
  /** What the model puts out: one node, or several by name. */
  readonly outputs: Outputs;
}

/** The shapes of nodes. */
export type ShapesOf<Nodes> =
  Nodes extends Node<infer S> ? S : { readonly [Name in keyof Nodes]: Nodes[Name] extends Node<infer S> ? S : Shape };

/**
 * A model of layers in any arrangement: branches that part and meet, several inputs and outputs, layers in several places.
 *
 * With records of nodes, the model takes and gives records of tensors with the same names; with a single node, a tensor.
 * Layers go by their name, else by their place in the order they run in; a named layer's second place is `name#2`.
 *
 * @throws ArgumentError for an invalid or unknown option, an input that no output depends on, an output that depends on an input
 *   that is not given, or two layers of one name.
 * @example
 * const image = input([28, 28, 1]);
 * const features = image.pipe(layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }), layers.flatten());
 * const model = graph({ inputs: image, outputs: { digit: features.pipe(layers.dense({ units: 10 })), features } });
 */
export function graph<const Inputs extends OneOrNamed<Node>, const Outputs extends OneOrNamed<Node>>(
  options: GraphOptions<Inputs, Outputs>,
): Model<ShapesOf<Inputs>, ShapesOf<Outputs>> {
  checkOptions('graph', options, ['inputs', 'outputs', ...modelOptions]);
  const { inputs, outputs, ...rest }: GraphOptions<OneOrNamed<Node>, OneOrNamed<Node>> = options;
  checkNodes('inputs', inputs);
  checkNodes('outputs', outputs);
  checkConnected(inputs, outputs);
  const inputShape: Shapes = mapNamed(inputs, isNode, ({ shape }) => shape);
  return new Model(networkOf(inputs, outputs), inputShape, rest) as never;
}

function checkNodes(what: string, nodes: unknown): asserts nodes is OneOrNamed<Node> {
  if (isNode(nodes)) return;
  const example = what === 'inputs' ? 'image' : 'logits';
  if (!isRecord(nodes) || Object.keys(nodes).length === 0)
    throw new ArgumentError(
      `graph: ${what} must be a node or a record of nodes { ${example}, … }, but received ${Array.isArray(nodes) ? 'an array' : show(nodes)}`,
    );
  for (const [name, node] of Object.entries(nodes))
    if (!isNode(node)) throw new ArgumentError(`graph: ${what}.${name} is not a node, but ${show(node)}`);
}

function checkConnected(inputs: OneOrNamed<Node>, outputs: OneOrNamed<Node>): void {
  const given = nodesIn(inputs);
  const reached = walk(given, nodesIn(outputs));
  for (const [name, node] of entriesOf(inputs, isNode)) {
    const what = name === undefined ? 'the input' : `input '${name}'`;
    if (!reached.has(node)) throw new ArgumentError(`graph: no output depends on ${what}`);
    if (given.indexOf(node) !== given.lastIndexOf(node))
      throw new ArgumentError(`graph: ${what} is the same node as another input`);
  }
  for (const [name, node] of entriesOf(outputs, isNode)) {
    const foreign = [...walk(given, [node])].find((source) => !source.producer && !given.includes(source));
    if (!foreign) continue;
    const what = name === undefined ? 'the output' : `output '${name}'`;
    throw new ArgumentError(
      `graph: ${what} depends on an input of shape ${formatShape(foreign.shape)} that is not among the inputs`,
    );
  }
}
