// A model: a network (one layer, usually a container) with its input shape, its weights and its source of randomness.
// Everything about shapes is known at once; weights are allocated when first needed.
import { activeTape } from '../autograd/tape.js';
import type { BatchSource, HostArray, HostArrays, HostArraysOf, Sample, TensorsFrom } from '../data/types.js';
import { type InitializerSet, initializerSets } from '../initializers/defaults.js';
import { Layer, type LayerContext } from '../layers/layer.js';
import type { Metric } from '../metrics/metric.js';
import { checkChoice, checkInteger, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { entriesOf, isTensor, type Shapes, type Tensors, type TensorsOf } from '../tensor/named.js';
import type { Parameter } from '../tensor/parameter.js';
import { Random } from '../tensor/random.js';
import { scope } from '../tensor/scope.js';
import { isShape, type Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { type EvaluateOptions, evaluate } from '../training/evaluate.js';
import { fit } from '../training/fit.js';
import { checkPrecisionFor } from '../training/forward_in.js';
import type { History, Scores } from '../training/history.js';
import type { FitOptions } from '../training/options.js';
import { type PredictInput, type PredictOptions, predict } from '../training/predict.js';
import { checkedShapes, checkInput, randomInput } from './check_input.js';
import { GraphNetwork } from './graph_network.js';
import type { Network } from './network.js';
import type { ModelProfile, ProfileOptions } from './profile.js';
import { profileNetwork } from './profile_network.js';
import { ModelSummary } from './summary.js';

/** Options that every model takes. */
export interface ModelOptions {
  /** Decides the initial weights and the dropout of a model that is not given its own `random`; default 0. */
  readonly seed?: number;
  /** Of the parameters, default `'float32'`; `'float64'` is for checking gradients. */
  readonly dtype?: 'float32' | 'float64';
  /** Whose defaults the layers that are not given initializers begin with, default `'pytorch'`: see `initializers`. */
  readonly initializers?: InitializerSet;
}

/** The options that every model takes, by name. */
export const modelOptions = ['seed', 'dtype', 'initializers'] as const satisfies readonly (keyof ModelOptions)[];

/** Options of a forward pass. */
export interface ForwardOptions {
  /** Whether dropout drops and batch norm uses (and follows) the batch's statistics, default false. */
  readonly training?: boolean;
  /** Source of randomness for dropout, default the model's own. */
  readonly random?: Random;
}

type OutputName<Output extends Shapes> = Output extends Shape ? never : keyof Output & string;

type ShapeNamed<Output extends Shapes, Name> = Name extends keyof Output ? Extract<Output[Name], Shape> : Shape;

/**
 * A network with its weights. `sequential` makes them; so does `graph`, for networks with branches and with several inputs or
 * outputs. Where there are several, shapes, tensors and arrays come in records with their names.
 */
export class Model<Input extends Shapes = Shape, Output extends Shapes = Shape> {
  /** Shape of a sample, without the batch. */
  readonly inputShape: Input;
  /** Shape of an output, without the batch. */
  readonly outputShape: Output;
  /** What dropout draws from unless `forward` is given another source. Its state belongs in a checkpoint. */
  readonly random: Random;
  readonly #network: Network<Input, Output>;
  readonly #seed: number;
  readonly #dtype: 'float32' | 'float64';
  readonly #initializers: InitializerSet;
  #named: ReadonlyMap<string, Parameter> | undefined;

  /** @throws ShapeError naming the layer whose input does not fit. */
  constructor(network: Network<Input, Output>, inputShape: Input, options: ModelOptions = {}) {
    const { seed = 0, dtype = 'float32', initializers = 'pytorch' } = options;
    this.inputShape = checkedShapes(inputShape);
    checkChoice('model', 'dtype', dtype, ['float32', 'float64']);
    checkChoice('model', 'initializers', initializers, initializerSets);
    this.random = new Random(seed).fork('forward');
    this.#network = network;
    this.outputShape = network.outputShape(inputShape);
    this.#seed = seed;
    this.#dtype = dtype;
    this.#initializers = initializers;
  }

  /** Every parameter by its path (`'features.3.filter'`), a shared one once. Allocates and initialises them when first called. */
  namedParameters(): ReadonlyMap<string, Parameter> {
    if (this.#named) return this.#named;
    const { inputShape } = this;
    const random = new Random(this.#seed);
    this.#network.build(inputShape, { path: '', random, dtype: this.#dtype, initializers: this.#initializers });
    const named = new Map<string, Parameter>();
    const seen = new Set<Parameter>();
    for (const [path, parameter] of this.#network.parameters) {
      if (!seen.has(parameter)) named.set(path, parameter);
      seen.add(parameter);
    }
    this.#named = named;
    return named;
  }

  /** Every parameter, running statistics included; those an optimizer updates have `trainable` set. */
  get parameters(): readonly Parameter[] {
    return [...this.namedParameters().values()];
  }

  /**
   * The output for a batch.
   *
   * @param x [batch, ...inputShape]; of a model with several inputs, a record of them
   * @throws ShapeError when `x` has another shape, naming the layer where one inside does not fit; ArgumentError for a record with
   *   other names than the model's inputs.
   * @example
   * const logits = model.forward(images, { training: true });
   * const { length, digits } = reader.forward({ image, mask });
   */
  forward(x: TensorsOf<Input>, options: ForwardOptions = {}): TensorsOf<Output> {
    const context = this.#prepare(x, options);
    return scope(() => this.#network.forward(x, context));
  }

  /**
   * The output for a batch, and what the layers of the given paths put out on the way.
   *
   * Layers that were fused run one by one here, so that a convolution's output is the one before its activation. Inside
   * `valueAndGradients`, the intermediates may be differentiated by.
   *
   * @throws ArgumentError for a path that is no layer's.
   * @example
   * const { output, intermediates } = model.forwardWith(x, ['features.3']);
   * intermediates['features.3'];
   */
  forwardWith<Path extends string>(
    x: TensorsOf<Input>,
    paths: readonly Path[],
    options: ForwardOptions = {},
  ): { output: TensorsOf<Output>; intermediates: Record<Path, Tensor> } {
    const wanted = new Set<string>(paths);
    return scope(() => {
      const found: Record<string, Tensor> = {};
      const capture = (path: string, tensor: Tensor): void => {
        if (!wanted.delete(path)) return;
        found[path] = tensor;
        activeTape()?.watch(tensor);
      };
      const output = this.#network.forward(x, { ...this.#prepare(x, options), capture });
      for (const path of wanted) throw new ArgumentError(`model: has no layer '${path}'`);
      return { output, intermediates: found as Record<Path, Tensor> };
    });
  }

  /**
   * The parameter of that path.
   *
   * @throws ArgumentError where there is none.
   * @example
   * model.parameter('features.3.filter');
   */
  parameter(path: string): Parameter {
    const parameter = this.namedParameters().get(path);
    if (!parameter)
      throw new ArgumentError(
        `model: has no parameter '${path}'; it has ${[...this.namedParameters().keys()].join(', ')}`,
      );
    return parameter;
  }

  /**
   * The network as a layer, for use inside another model. The two share its weights.
   *
   * @throws ArgumentError for a model with several inputs or outputs.
   * @example
   * const classifier = sequential({ inputShape: [32, 32, 3], layers: [backbone.layer, layers.dense({ units: 10 })] });
   */
  get layer(): Layer {
    if (this.#network instanceof Layer) return this.#network;
    throw new ArgumentError('model: is no layer, because it has several inputs or outputs');
  }

  /** What the model runs. @internal */
  get network(): Network<Input, Output> {
    return this.#network;
  }

  /**
   * A model with fewer outputs, which computes no more than they need: the main classifier without those on the side. It shares the
   * weights, under the same names, and takes the same inputs.
   *
   * @param names the name of an output, which is then the only one; or an array of names
   * @throws ArgumentError for a name that is no output's, or if the model has a single output.
   * @example
   * const logits = model.select('main').forward(images);
   */
  select<const Name extends OutputName<Output>>(names: Name): Model<Input, ShapeNamed<Output, Name>>;
  select<const Name extends OutputName<Output>>(
    names: readonly Name[],
  ): Model<Input, { readonly [Key in Name]: ShapeNamed<Output, Key> }>;
  select(names: string | readonly string[]): Model<Input, Shapes> {
    const network: unknown = this.#network;
    if (!(network instanceof GraphNetwork) || isShape(this.outputShape))
      throw new ArgumentError('model: has a single output, there is nothing to select');
    const chosen = typeof names === 'string' ? [names] : names;
    if (!Array.isArray(chosen) || chosen.length === 0)
      throw new ArgumentError(
        `select: expected the name of an output or an array of names, but received ${show(names)}`,
      );
    const known = Object.keys(this.outputShape);
    for (const name of chosen)
      if (!known.includes(name)) throw new ArgumentError(`model: has no output '${name}'; it has ${known.join(', ')}`);
    const part = network.select(names) as Network<Input, Shapes>;
    return new Model(part, this.inputShape, { seed: this.#seed, dtype: this.#dtype, initializers: this.#initializers });
  }

  /** Trains the model: see `training.fit`. */
  fit<
    const M extends readonly Metric<string, TensorsOf<Output>, TensorsFrom<Targets>>[] = readonly [],
    Targets extends HostArrays = HostArray,
  >(
    dataset: BatchSource<Sample<HostArraysOf<TensorsOf<Input>>, Targets>>,
    options: FitOptions<M, TensorsOf<Output>, NoInfer<TensorsFrom<Targets>>>,
  ): Promise<History<M>> {
    return fit(this, dataset, options);
  }

  /** Loss and metrics over a dataset: see `training.evaluate`. */
  evaluate<
    const M extends readonly Metric<string, TensorsOf<Output>, TensorsFrom<Targets>>[] = readonly [],
    Targets extends HostArrays = HostArray,
  >(
    dataset: BatchSource<Sample<HostArraysOf<TensorsOf<Input>>, Targets>>,
    options: EvaluateOptions<M, TensorsOf<Output>, NoInfer<TensorsFrom<Targets>>>,
  ): Promise<Scores<M>> {
    return evaluate(this, dataset, options);
  }

  /** The outputs for many inputs: see `training.predict`. */
  predict(x: PredictInput<TensorsOf<Input>>, options?: PredictOptions): Promise<HostArraysOf<TensorsOf<Output>>> {
    return predict(this, x, options);
  }

  /** A table of the layers with shapes, padding, parameters, multiply-accumulates and receptive fields. Allocates no weights. */
  summary(): ModelSummary<Input, Output> {
    return new ModelSummary(this.#network, this.inputShape);
  }

  /**
   * What each layer takes in a training step: milliseconds, GFLOP/s and bytes of its forward and of its backward pass.
   *
   * Layers run one at a time, with the wait for each (some 10 µs) counted, so that their sum is above the time of a step. Fused
   * layers are one row. Nothing is trained: parameters and running statistics stay as they are.
   *
   * @param x a batch as for `forward`; random numbers by default, of the model's dtype: a model that takes pixels or indices needs one
   * @throws ArgumentError for an invalid or unknown option, and for a `batch` beside an `x`; else as `forward`.
   * @example
   * const profile = await model.profile(images);
   * console.log(profile); // a table
   * profile.rows.toSorted((a, b) => b.forward.milliseconds - a.forward.milliseconds)[0]?.path;
   */
  async profile(x?: TensorsOf<Input>, options: ProfileOptions = {}): Promise<ModelProfile> {
    checkOptions('profile', options, ['batch', 'repetitions', 'precision']);
    const { batch = 32, repetitions = 5, precision = 'float32' } = options;
    checkInteger('profile', 'batch', batch);
    checkInteger('profile', 'repetitions', repetitions);
    checkPrecisionFor('profile', precision, this);
    if (x !== undefined && options.batch !== undefined)
      throw new ArgumentError('profile: batch is given, but so is x, which has one');
    const random = new Random(this.#seed).fork('profile');
    const input = x ?? randomInput(this.inputShape, batch, this.#dtype, random);
    try {
      const context = this.#prepare(input, { training: true, random });
      return await profileNetwork(this.#network, input, context, { repetitions, precision });
    } finally {
      if (x === undefined) for (const [, made] of entriesOf<Tensor>(input as Tensors, isTensor)) made.dispose();
    }
  }

  /** Releases the parameters. The model cannot be used afterwards. */
  dispose(): void {
    for (const parameter of this.#named?.values() ?? []) parameter.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #prepare(x: TensorsOf<Input>, { training = false, random = this.random }: ForwardOptions): LayerContext {
    checkInput(x, this.inputShape);
    this.namedParameters();
    return { training, random, switches: new Map() };
  }
}
