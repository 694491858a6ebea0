// From a Keras topology (what model.json and HDF5 files say of layers) to a model: Sequential, or Functional in any arrangement.
import type { Layer } from '../../layers/layer.js';
import type { Merge } from '../../layers/merge.js';
import { Sequential } from '../../layers/sequential.js';
import { graph } from '../../models/graph.js';
import { GraphLayer } from '../../models/graph_network.js';
import { GraphPlan } from '../../models/graph_plan.js';
import type { Model } from '../../models/model.js';
import { input as inputNode, join, type Node } from '../../models/node.js';
import { sequential } from '../../models/sequential.js';
import { show } from '../../tensor/arguments.js';
import { ConvgradError, FormatError } from '../../tensor/errors.js';
import { isRecord, type Shapes } from '../../tensor/named.js';
import type { Shape } from '../../tensor/shape.js';
import { readCalls, readReferences, type TensorReference } from './calls.js';
import { layerClasses, mergeClasses } from './classes.js';
import { type Fail, KerasConfig } from './config.js';
import type { Dialect, LayerConverter } from './converter.js';
import { type Entry, isInput, readEntries, readInputShape } from './entries.js';

/** A topology and what it is read with. */
export interface TopologySource {
  /** What messages about arguments begin with. */
  readonly subject: string;
  readonly topology: unknown;
  readonly file: string;
  /** Where in the file something is written. */
  readonly offsetOf: (text: string) => number;
  readonly dialect: Dialect;
  /** Settings that may be left out. */
  readonly ignore: readonly string[];
  /** Of a sample, where the file leaves extents open. */
  readonly inputShape: Shape | undefined;
  readonly seed: number;
}

/** A layer that was read, for its weights to be found. */
export interface PlacedLayer {
  readonly name: string;
  readonly layer: Layer;
  readonly converter: LayerConverter;
  readonly input: Shape;
  readonly trainable: boolean;
}

type Ends = Readonly<Record<string, Node>>;

/** Models inside models, which a hostile file could nest without end. */
const MAX_DEPTH = 32;

const modelClasses = ['Sequential', 'Model', 'Functional'];

/** The model of a topology, with its layers as they are called in the file. @throws FormatError for whatever cannot be expressed */
export function readModel(source: TopologySource): { model: Model<Shapes, Shapes>; placed: readonly PlacedLayer[] } {
  const reader = new TopologyReader(source);
  return { model: reader.model(), placed: reader.placed };
}

class TopologyReader {
  readonly placed: PlacedLayer[] = [];
  readonly #source: TopologySource;

  constructor(source: TopologySource) {
    this.#source = source;
  }

  model(): Model<Shapes, Shapes> {
    const { topology, inputShape: given, seed, subject } = this.#source;
    const root: unknown = isRecord(topology) && isRecord(topology.model_config) ? topology.model_config : topology;
    const { class_name: className, config } = isRecord(root) ? root : {};
    const fail = this.#failure('"class_name"', `the model (${show(className)})`);
    if (className === 'Sequential') {
      const entries = readEntries(config, fail);
      const first = entries[0] ?? fail('has no layers');
      const inputShape = readInputShape(subject, innermost(first, fail).config, given, fail);
      const layers = this.#sequence(entries, inputShape, 1);
      return guard(fail, () => sequential({ inputShape, layers: layers as never, seed })) as never;
    }
    if (className !== 'Model' && className !== 'Functional') return fail('is no Sequential or Functional one');
    const { inputs, outputs } = this.#functional(config, fail, given, 1);
    return guard(fail, () => graph({ inputs: oneOrAll(inputs), outputs: oneOrAll(outputs), seed })) as never;
  }

  /** The layers of a Sequential model, made for an input one after the other. */
  #sequence(entries: readonly Entry[], input: Shape, depth: number): Layer[] {
    let shape = input;
    const layers: Layer[] = [];
    for (const [index, entry] of entries.entries()) {
      if (index === 0 && isInput(entry)) continue;
      const layer = this.#layer(entry, shape, depth);
      shape = guard(this.#failureOf(entry), () => layer.outputShape(shape));
      layers.push(layer);
    }
    return layers;
  }

  /** The nodes of a Functional model, each made as soon as what it is made from is there. */
  #functional(config: unknown, fail: Fail, given: Shape | undefined, depth: number): { inputs: Ends; outputs: Ends } {
    const entries = readEntries(config, fail);
    const nodes = new Map<string, Node>();
    const waiting = new Map<string, (() => void)[]>();
    const ready: (() => void)[] = [];
    const arrive = (layer: string, call: number, node: Node): void => {
      const key = keyOf({ layer, call });
      nodes.set(key, node);
      ready.push(...(waiting.get(key) ?? []));
      waiting.delete(key);
    };
    for (const entry of entries) {
      const failEntry = this.#failureOf(entry);
      if (isInput(entry)) {
        const shape = readInputShape(this.#source.subject, entry.config, given, failEntry);
        arrive(
          entry.name,
          0,
          guard(failEntry, () => inputNode(shape)),
        );
      } else {
        const make = this.#producer(entry, depth);
        readCalls(entry.inbound, this.#source.ignore, failEntry).forEach((sources, call) => {
          let missing = new Set(sources.map(keyOf).filter((key) => !nodes.has(key))).size;
          const run = (): void => {
            if (missing-- > 0) return;
            arrive(entry.name, call, make(sources.map((source) => nodes.get(keyOf(source)) as Node)));
          };
          for (const key of new Set(sources.map(keyOf).filter((key) => !nodes.has(key))))
            waiting.set(key, [...(waiting.get(key) ?? []), run]);
          ready.push(run);
        });
      }
      for (let next = ready.shift(); next; next = ready.shift()) next();
    }
    const ends = (key: 'input_layers' | 'output_layers'): Ends => {
      const references = readReferences(isRecord(config) ? config[key] : undefined, (problem) =>
        fail(`${key} ${problem}`),
      );
      return Object.fromEntries(
        references.map((reference) => [
          reference.layer,
          nodes.get(keyOf(reference)) ??
            fail(
              `never gets to '${reference.layer}': a layer on the way to it is missing, or the layers go in a circle`,
            ),
        ]),
      );
    };
    return { inputs: ends('input_layers'), outputs: ends('output_layers') };
  }

  /** What makes the node of each call of a layer; the layer is made at the first. */
  #producer(entry: Entry, depth: number): (sources: readonly Node[]) => Node {
    const fail = this.#failureOf(entry);
    const merging = mergeClasses.get(entry.className);
    let layer: Layer | undefined;
    let merge: Merge | undefined;
    return (sources) =>
      guard(fail, () => {
        if (merging) {
          const inputs = sources.map(({ shape }) => shape);
          merge ??= this.#read(entry, (config) => merging.read(config, { ...this.#context(entry), inputs }));
          return join(merge, sources as never) as Node;
        }
        const [source] = sources;
        if (!source || sources.length > 1) return fail(`is given ${sources.length} inputs, expected one`);
        layer ??= this.#layer(entry, source.shape, depth);
        return source.pipe(layer as never) as Node;
      });
  }

  #layer(entry: Entry, input: Shape, depth: number): Layer {
    const { name, className } = entry;
    const fail = this.#failureOf(entry);
    if (modelClasses.includes(className as string)) return this.#nested(entry, input, depth, fail);
    const converter = layerClasses.get(className);
    if (!converter?.read) return fail('is of a class that cannot be expressed');
    const { read } = converter;
    const layer = this.#read(entry, (config) => read(config, { ...this.#context(entry), input }));
    const trainable = entry.config.trainable !== false;
    this.placed.push({ name, layer, converter, input, trainable });
    return layer;
  }

  /** A model that stands as a layer in another. */
  #nested({ name, className, config }: Entry, input: Shape, depth: number, fail: Fail): Layer {
    if (depth === MAX_DEPTH) fail(`is nested ${MAX_DEPTH} deep`);
    if (config.trainable === false) fail('is frozen as a whole; freeze its layers');
    if (className === 'Sequential')
      return guard(fail, () => new Sequential(this.#sequence(readEntries(config, fail), input, depth + 1), { name }));
    const { inputs, outputs } = this.#functional(config, fail, input, depth + 1);
    const ends = [Object.values(inputs), Object.values(outputs)] as const;
    if (ends.some((nodes) => nodes.length !== 1)) fail('has several inputs or outputs, which a layer cannot have');
    return guard(fail, () => new GraphLayer(new GraphPlan(...ends), { name }));
  }

  /** What a converter makes of an entry's settings, all of which it must have asked for. */
  #read<T>(entry: Entry, read: (config: KerasConfig) => T): T {
    const fail = this.#failureOf(entry);
    const config = new KerasConfig(entry.config, this.#source.ignore, fail);
    const made = guard(fail, () => read(config));
    config.finish();
    return made;
  }

  #context({ name }: Entry): { name: string; dialect: Dialect } {
    return { name, dialect: this.#source.dialect };
  }

  #failureOf({ name, className }: Entry): Fail {
    const kind = typeof className === 'string' ? className : show(className);
    return this.#failure(JSON.stringify(name), `layer '${name}' (${kind})`);
  }

  #failure(where: string, what: string): Fail {
    const { file, offsetOf } = this.#source;
    return (problem) => {
      throw new FormatError(file, offsetOf(where), `${what} ${problem}`);
    };
  }
}

const keyOf = ({ layer, call }: TensorReference): string => `${call} ${layer}`;

/** A single node by itself, several by name. */
function oneOrAll(nodes: Ends): Node | Ends {
  const [first, ...others] = Object.values(nodes);
  return first && others.length === 0 ? first : nodes;
}

/** The first layer inside the first layer inside … that is no model: it says what shape the input has. */
function innermost(entry: Entry, fail: Fail): Entry {
  let found = entry;
  for (let depth = 0; depth < MAX_DEPTH && modelClasses.includes(found.className as string); depth++)
    found = readEntries(found.config, fail)[0] ?? fail(`begins with '${found.name}', which has no layers`);
  return modelClasses.includes(found.className as string) ? fail(`is nested ${MAX_DEPTH} deep`) : found;
}

/** Errors of ours as errors of the file. */
function guard<T>(fail: Fail, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ConvgradError) || error instanceof FormatError) throw error;
    return fail(`does not work: ${error.message}`);
  }
}
