// The nodes of a graph of layers. A node stands for a value before there is any: it has a shape, and knows what it is made from.
// Each is made from nodes that exist already, so that there can be no cycle.
import { Layer, withinPath } from '../layers/layer.js';
import { Merge, type MergeRule, type MergeRuleOf } from '../layers/merge.js';
import type { Checked, Output } from '../layers/shape_rule.js';
import { show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { checkShape, formatShape, type Shape } from '../tensor/shape.js';
import type { Mutable } from '../tensor/shape_types.js';

export type ShapeOf<Answer> = Answer extends Shape ? Answer : Shape;

/** A value in a graph of layers. `input` makes the first ones; `pipe` and `join` make the others. */
export class Node<S extends Shape = Shape> {
  /** Without the batch. */
  readonly shape: S;
  /** What puts the value out; undefined for an input. */
  readonly producer: Layer | Merge | undefined;
  /** What it is made from: nothing, the input of a layer, or the inputs of a merge. */
  readonly from: readonly Node[];

  /** @internal */
  constructor(shape: S, producer?: Layer | Merge, from: readonly Node[] = []) {
    this.shape = shape;
    this.producer = producer;
    this.from = from;
  }

  /**
   * The value after layers, one after the other. A layer that is given to `pipe` twice has its weights once.
   *
   * @throws ShapeError when a layer does not fit, ArgumentError for something that is no layer.
   * @example
   * const features = image.pipe(layers.conv2d({ filters: 8, kernelSize: 3 }), layers.maxPool2d({ poolSize: 2 }));
   */
  pipe<From extends Shape, const Layers extends readonly Layer[]>(
    this: Node<From>,
    ...layers: Checked<From, Layers>
  ): Node<ShapeOf<Output<From, Layers>>> {
    return (layers as readonly Layer[]).reduce<Node>((node, layer, index) => {
      checkLayer(layer, index);
      return new Node(shapeAfter(layer, node.shape), layer, [node]);
    }, this) as never;
  }
}

export const isNode = (value: unknown): value is Node => value instanceof Node;

function checkLayer(layer: unknown, index: number): void {
  if (layer instanceof Layer) return;
  const hint = layer instanceof Merge ? `a merge; call join(layers.${layer.kind}(), [ … ])` : show(layer);
  throw new ArgumentError(`pipe: layers[${index}] is not a layer, but ${hint}`);
}

function shapeAfter(layer: Layer, shape: Shape): Shape {
  const after = () => layer.outputShape(shape);
  return layer.name === undefined ? after() : withinPath(layer.name, after);
}

/**
 * Where a graph begins.
 *
 * @param shape of a sample, without the batch: `[28, 28, 1]` (height, width, channels)
 * @throws ArgumentError unless all extents are positive integers.
 * @example
 * const image = input([28, 28, 1]);
 */
export function input<const S extends Shape>(shape: S): Node<Mutable<S>> {
  checkShape('input', shape);
  if (shape.includes(0))
    throw new ArgumentError(`input: shape must hold positive integers, but received ${formatShape(shape)}`);
  return new Node([...shape] as Shape as Mutable<S>);
}

/** What a rule makes of two shapes: a shape, or a sentence about what does not fit. */
type Join<Rule extends MergeRule, Left, Right> = (Rule & { readonly left: Left; readonly right: Right })['output'];

/** The shapes folded by a rule; the first sentence if two do not fit. */
type Joined<Rule extends MergeRule, Nodes extends readonly Node[], Done = undefined> = number extends Nodes['length']
  ? number[]
  : Nodes extends readonly [Node<infer Next>, ...infer Rest extends readonly Node[]]
    ? Done extends undefined
      ? Joined<Rule, Rest, Next>
      : Join<Rule, Done, Next> extends infer Both
        ? unknown extends Both
          ? number[]
          : Both extends Shape
            ? Joined<Rule, Rest, Both>
            : Both
        : never
    : Done;

/** The list of nodes itself if they fit, else the list with the sentence in the place of the first that does not. */
type Fitting<Rule extends MergeRule, Nodes extends readonly Node[]> =
  Joined<Rule, Nodes> extends string ? Marked<Rule, Nodes> : Nodes;

type Marked<
  Rule extends MergeRule,
  Nodes extends readonly Node[],
  Before extends readonly Node[] = [],
> = Nodes extends readonly [infer Next extends Node, ...infer Rest extends readonly Node[]]
  ? Joined<Rule, [...Before, Next]> extends infer Both
    ? Both extends string
      ? [...Before, Both, ...Rest]
      : Marked<Rule, Rest, [...Before, Next]>
    : never
  : Before;

/**
 * Where branches of a graph meet.
 *
 * @param merge `layers.add()`, `layers.concat()`, `layers.multiply()`, `layers.maximum()`, `layers.average()`, or one of your own
 * @throws ShapeError when the nodes do not fit together; ArgumentError for something that is no merge or no node, or without nodes.
 * @example
 * const sum = join(layers.add(), [left, right]);
 */
export function join<M extends Merge, const Nodes extends readonly Node[]>(
  merge: M,
  nodes: Fitting<MergeRuleOf<M>, Nodes>,
): Node<ShapeOf<Joined<MergeRuleOf<M>, Nodes>>> {
  if (!(merge instanceof Merge))
    throw new ArgumentError(`join: expected a merge, such as layers.add(), but received ${show(merge)}`);
  const given: readonly Node[] = nodes;
  if (!Array.isArray(given))
    throw new ArgumentError(
      `join: expected an array of nodes to ${merge.kind}, but received ${isNode(given) ? 'a node' : show(given)}`,
    );
  for (const [index, node] of given.entries())
    if (!isNode(node)) throw new ArgumentError(`join: nodes[${index}] is not a node of a graph, but ${show(node)}`);
  const shapes = given.map(({ shape }) => shape);
  const shape =
    merge.name === undefined ? merge.outputShape(shapes) : withinPath(merge.name, () => merge.outputShape(shapes));
  return new Node(shape, merge, [...given]) as never;
}
