// From a model to a Keras topology. Layers inside layers are written out one by one under their paths, `features.3` as `features/3`:
// a Sequential model where all follow one another, else a Functional one. What Keras cannot say is an error.
import { isDeepStrictEqual } from 'node:util';
import { Activation } from '../../layers/activation.js';
import { Add } from '../../layers/add.js';
import type { Child } from '../../layers/chain.js';
import { Concat } from '../../layers/concat.js';
import { joinPath, Layer } from '../../layers/layer.js';
import type { Merge } from '../../layers/merge.js';
import { Pad2d } from '../../layers/pad2d.js';
import { Parallel } from '../../layers/parallel.js';
import { Residual } from '../../layers/residual.js';
import { Sequential } from '../../layers/sequential.js';
import { GraphLayer, GraphNetwork } from '../../models/graph_network.js';
import type { GraphPlan } from '../../models/graph_plan.js';
import type { Model } from '../../models/model.js';
import { isNode, type Node } from '../../models/node.js';
import { ArgumentError } from '../../tensor/errors.js';
import { entriesOf, type Shapes } from '../../tensor/named.js';
import type { Parameter } from '../../tensor/parameter.js';
import { isShape, type Shape } from '../../tensor/shape.js';
import { mergeWriterOf, writerOf } from './classes.js';
import type { Settings } from './config.js';
import type { Refuse } from './converter.js';
import { weightsOf } from './weights.js';

/** A topology and the weights that belong to it. */
export interface WrittenModel {
  readonly topology: unknown;
  readonly weights: readonly { readonly name: string; readonly shape: Shape; readonly parameter: Parameter }[];
  /** Parameters that Keras does not store, because it knows their one value. */
  readonly implied: readonly { readonly parameter: Parameter; readonly value: number }[];
}

/** What a call of a layer puts out. */
interface Value {
  readonly layer: string;
  readonly call: number;
  readonly shape: Shape;
  /** Whether it is known to hold no negative numbers. */
  readonly nonNegative: boolean;
}

interface Written {
  readonly name: string;
  readonly className: string;
  readonly config: Settings;
  /** What each call is given. */
  readonly calls: (readonly Value[])[];
}

/** @throws ArgumentError naming the layer that Keras has no class or setting for */
export function writeModel(subject: string, model: Model<Shapes, Shapes>): WrittenModel {
  model.namedParameters(); // a layer's weights are known once it is built
  return new TopologyWriter(subject).write(model);
}

class TopologyWriter {
  readonly #subject: string;
  readonly #layers: Written[] = [];
  readonly #names = new Set<string>();
  readonly #written = new Map<Layer, Written>();
  readonly #weights: { name: string; shape: Shape; parameter: Parameter }[] = [];
  readonly #implied: { parameter: Parameter; value: number }[] = [];

  constructor(subject: string) {
    this.#subject = subject;
  }

  write({ network, inputShape }: Model<Shapes, Shapes>): WrittenModel {
    const [weights, implied] = [this.#weights, this.#implied];
    if (network instanceof GraphNetwork) {
      const inputs = this.#inputs(entriesOf<Shape>(inputShape, isShape));
      const names = isNode(network.outputs) ? [] : Object.entries(network.outputs);
      const outputs = this.#plan(network.plan, inputs, '', new Map(names.map(([name, node]) => [node, name])));
      return { topology: this.#functional(inputs, this.#named(names, outputs)), weights, implied };
    }
    const inputs = this.#inputs([[undefined, inputShape as Shape]]);
    const output = this.#place(network as unknown as Layer, '', inputs[0] as Value);
    const chain = network instanceof Sequential && this.#isChain(output);
    return { topology: chain ? this.#sequential() : this.#functional(inputs, [output]), weights, implied };
  }

  #inputs(shapes: readonly (readonly [string | undefined, Shape])[]): Value[] {
    return shapes.map(([name = 'input', shape]) => {
      const config = { batch_input_shape: [null, ...shape], dtype: 'float32', sparse: false };
      return { layer: this.#add(name, 'InputLayer', config, []).name, call: 0, shape, nonNegative: false };
    });
  }

  /** Outputs under the names they have in the model: what Keras calls an output is the name of its layer. */
  #named(names: readonly (readonly [string, Node])[], values: readonly Value[]): Value[] {
    return values.map((value, index) => {
      const [name = value.layer] = names[index] ?? [];
      return value.layer === name && value.call === 0 ? value : this.#layer(new Activation('none'), name, value);
    });
  }

  /** A layer of any kind applied to a value. */
  #place(layer: Layer, path: string, from: Value): Value {
    if (layer instanceof Sequential) return this.#chain(layer.children, path, from);
    if (layer instanceof GraphLayer) return this.#plan(layer.plan, [from], path)[0] as Value;
    if (layer instanceof Residual) {
      const last = layer.children.at(-1);
      const shortcut = last?.segment === 'shortcut' && last.layer instanceof Sequential ? last : undefined;
      const branch = this.#chain(shortcut ? layer.children.slice(0, -1) : layer.children, path, from);
      const around = shortcut ? this.#chain([shortcut], path, from) : from;
      return this.#merge(new Add(), joinPath(path, 'add'), [branch, around]);
    }
    if (layer instanceof Parallel) {
      const branches = layer.children.map((child) => this.#chain([child], path, from));
      return branches.length === 1
        ? (branches[0] as Value)
        : this.#merge(new Concat(), joinPath(path, 'concat'), branches);
    }
    return this.#layer(layer, path, from);
  }

  #chain(children: readonly Child[], path: string, from: Value): Value {
    return children.reduce((value, { segment, layer }) => this.#place(layer, joinPath(path, segment), value), from);
  }

  /** @param names what nodes are called instead of by their place */
  #plan(plan: GraphPlan, inputs: readonly Value[], path: string, names?: ReadonlyMap<Node, string>): Value[] {
    const values = new Map<Node, Value>(plan.inputs.map((node, index) => [node, inputs[index] as Value]));
    for (const { node, segment } of plan.steps) {
      const sources = node.from.map((source) => values.get(source) as Value);
      const { producer } = node;
      const at = joinPath(path, producer?.name === undefined ? (names?.get(node) ?? segment) : segment);
      const value =
        producer instanceof Layer
          ? this.#place(producer, at, sources[0] as Value)
          : this.#merge(producer as Merge, at, sources);
      values.set(node, value);
    }
    return plan.outputs.map((node) => values.get(node) as Value);
  }

  /** A layer that has no others inside; its second call is another call of the same Keras layer. */
  #layer(layer: Layer, path: string, from: Value): Value {
    const refuse: Refuse = (problem) => {
      throw new ArgumentError(`${this.#subject}: ${layer.kind} "${path}" ${problem}`);
    };
    const converter = writerOf(layer) ?? refuse('has no class in Keras');
    const written = converter.write?.(layer, from.shape, refuse) ?? refuse('has no class in Keras');
    const { around, forNonNegative = false, settings } = written;
    if (around && forNonNegative && !from.nonNegative)
      refuse("has padding that Keras cannot say for what may be negative; its pools have 'valid' and 'same'");
    const source = around ? this.#layer(new Pad2d({ padding: around }), `${path}_pad`, from) : from;
    const shape = layer.outputShape(from.shape);
    const nonNegative = isNonNegative(layer, from);
    const before = this.#written.get(layer);
    if (before) {
      if (Object.entries(settings).some(([key, value]) => !isDeepStrictEqual(before.config[key], value)))
        refuse('stands in two places that need different settings in Keras');
      before.calls.push([source]);
      return { layer: before.name, call: before.calls.length - 1, shape, nonNegative };
    }
    const config = { trainable: isTrainable(layer, from.shape, refuse), dtype: 'float32', ...settings };
    const added = this.#add(path, written.className, config, [[source]]);
    this.#written.set(layer, added);
    for (const { name, shape: stored, parameter } of weightsOf({
      name: added.name,
      layer,
      converter,
      input: from.shape,
    }))
      this.#weights.push({ name, shape: stored, parameter: parameter as Parameter }); // the layer has been built
    for (const ours of converter.without?.(layer) ?? []) {
      const parameter = layer.parameters.get(ours);
      if (parameter) this.#implied.push({ parameter, value: ours === 'gamma' ? 1 : 0 });
    }
    return { layer: added.name, call: 0, shape, nonNegative };
  }

  #merge(merge: Merge, path: string, from: readonly Value[]): Value {
    const converter = mergeWriterOf(merge);
    if (!converter) throw new ArgumentError(`${this.#subject}: ${merge.kind} "${path}" has no class in Keras`);
    const config = { trainable: true, dtype: 'float32', ...converter.settings };
    const { name } = this.#add(path, converter.className, config, [from]);
    const nonNegative = from.every((value) => value.nonNegative); // sums, products, means, maxima
    return { layer: name, call: 0, shape: merge.outputShape(from.map(({ shape }) => shape)), nonNegative };
  }

  /** Under its path, or with a number behind it where that is taken. */
  #add(path: string, className: string, config: Settings, calls: (readonly Value[])[]): Written {
    const wanted = path === '' ? 'layer' : path.replaceAll('.', '/');
    let name = wanted;
    for (let count = 1; this.#names.has(name); count++) name = `${wanted}_${count}`;
    this.#names.add(name);
    const written = { name, className, config: { name, ...config }, calls };
    this.#layers.push(written);
    return written;
  }

  /** Whether each layer is called once, with what the one before it puts out. */
  #isChain(output: Value): boolean {
    return (
      this.#layers.length > 1 &&
      this.#layers.at(-1)?.name === output.layer &&
      this.#layers.every(({ calls }, index) => {
        const [source, ...others] = calls[0] ?? [];
        return (
          index === 0 || (calls.length === 1 && others.length === 0 && source?.layer === this.#layers[index - 1]?.name)
        );
      })
    );
  }

  #sequential(): unknown {
    const [input, ...rest] = this.#layers as [Written, ...Written[]];
    const layers = rest.map(({ className, config }, index) => ({
      class_name: className,
      config: index === 0 ? { ...config, batch_input_shape: input.config.batch_input_shape } : config,
    }));
    return { class_name: 'Sequential', config: { name: 'sequential', layers } };
  }

  #functional(inputs: readonly Value[], outputs: readonly Value[]): unknown {
    const reference = ({ layer, call }: Value) => [layer, call, 0];
    const layers = this.#layers.map(({ name, className, config, calls }) => ({
      name,
      class_name: className,
      config,
      inbound_nodes: calls.map((sources) => sources.map((source) => [...reference(source), {}])),
    }));
    const ends = { input_layers: inputs.map(reference), output_layers: outputs.map(reference) };
    return { class_name: 'Functional', config: { name: 'model', layers, ...ends } };
  }
}

/** Whether a layer's parameters are learned; Keras freezes whole layers. */
function isTrainable(layer: Layer, input: Shape, refuse: Refuse): boolean {
  const learned = Object.entries(layer.parameterSpecs(input)).filter(([, { trainable }]) => trainable);
  const frozen = learned.filter(([name]) => layer.parameters.get(name)?.trainable === false).length;
  if (frozen > 0 && frozen < learned.length) refuse('has some of its parameters frozen; Keras freezes whole layers');
  return frozen === 0;
}

const risen = new Set(['relu', 'relu6', 'sigmoid', 'softplus', 'softmax']);
const passing = [
  'maxPool2d',
  'averagePool2d',
  'pad2d',
  'dropout',
  'spatialDropout',
  'flatten',
  'reshape',
  'upsample2d',
];

/** Whether what a layer puts out is known to hold no negative numbers. */
function isNonNegative(layer: Layer, from: Value): boolean {
  if ('activation' in layer && layer.activation !== 'none') return risen.has(layer.activation as string);
  return from.nonNegative && passing.includes(layer.kind);
}
