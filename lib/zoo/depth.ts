// Depth as papers count it: the layers with weights (convolutions and dense layers) on the longest way from input to output.
// Normalisations and pools do not count, and neither do shortcuts that are shorter than what they go around.
import { Container } from '../layers/container.js';
import { Layer } from '../layers/layer.js';
import { Parallel } from '../layers/parallel.js';
import { Residual } from '../layers/residual.js';
import { GraphLayer } from '../models/graph_network.js';
import type { Model } from '../models/model.js';
import type { Node } from '../models/node.js';

/**
 * Layers with weights on the longest way through a network: 8 for AlexNet, 22 for GoogLeNet, 152 for ResNet-152.
 *
 * @throws ArgumentError for a model with several inputs or outputs; `select` one of them
 * @example
 * zoo.depthOf(zoo.vgg({ depth: 19 })); // 19
 */
export function depthOf(model: Model): number {
  const weighted = new Set<unknown>();
  for (const { layer, macs, trainableParameters } of model.summary().rows)
    if (macs > 0 && trainableParameters > 0) weighted.add(layer);
  return longest(model.layer, weighted);
}

function longest(layer: Layer, weighted: ReadonlySet<unknown>): number {
  const along = (layers: readonly Layer[]): number => layers.reduce((sum, one) => sum + longest(one, weighted), 0);
  if (layer instanceof Residual) {
    const inside = layer.children.map((child) => child.layer);
    const shortcut = layer.children.at(-1)?.segment === 'shortcut' ? inside.pop() : undefined;
    return Math.max(along(inside), shortcut ? longest(shortcut, weighted) : 0);
  }
  if (layer instanceof Parallel) return Math.max(...layer.children.map((child) => longest(child.layer, weighted)));
  if (layer instanceof GraphLayer) return longestInGraph(layer, weighted);
  if (layer instanceof Container) return along(layer.children.map((child) => child.layer));
  return weighted.has(layer) ? 1 : 0;
}

function longestInGraph({ plan }: GraphLayer, weighted: ReadonlySet<unknown>): number {
  const reached = new Map<Node, number>();
  const before = (node: Node): number => Math.max(0, ...node.from.map((source) => reached.get(source) ?? 0));
  for (const { node } of plan.steps)
    reached.set(node, before(node) + (node.producer instanceof Layer ? longest(node.producer, weighted) : 0));
  return Math.max(...plan.outputs.map((node) => reached.get(node) ?? 0));
}
