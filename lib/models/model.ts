// A model: a network (one layer, usually a container) with its input shape, its weights and its source of randomness.
// Everything about shapes is known at once; weights are allocated when first needed.
import type { BatchSource, HostArray } from '../data/types.js';
import type { Layer, LayerContext } from '../layers/layer.js';
import type { Metric } from '../metrics/metric.js';
import { checkChoice } from '../tensor/arguments.js';
import { checkTensor } from '../tensor/checks.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import { Random } from '../tensor/random.js';
import { scope } from '../tensor/scope.js';
import { checkShape, formatShape, type Shape, sameShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { type EvaluateOptions, evaluate } from '../training/evaluate.js';
import { fit } from '../training/fit.js';
import type { History, Scores } from '../training/history.js';
import type { FitOptions } from '../training/options.js';
import { type PredictInput, type PredictOptions, predict } from '../training/predict.js';
import { ModelSummary } from './summary.js';

/** Options that every model takes. */
export interface ModelOptions {
  /** Decides the initial weights and the dropout of a model that is not given its own `random`; default 0. */
  readonly seed?: number;
  /** Of the parameters, default `'float32'`; `'float64'` is for checking gradients. */
  readonly dtype?: 'float32' | 'float64';
}

/** Options of a forward pass. */
export interface ForwardOptions {
  /** Whether dropout drops and batch norm uses (and follows) the batch's statistics, default false. */
  readonly training?: boolean;
  /** Source of randomness for dropout, default the model's own. */
  readonly random?: Random;
}

/** A network with its weights. `sequential` makes them. */
export class Model<Input extends Shape = Shape, Output extends Shape = Shape> {
  /** Shape of a sample, without the batch. */
  readonly inputShape: Input;
  /** Shape of an output, without the batch. */
  readonly outputShape: Output;
  /** The network. */
  readonly layer: Layer;
  /** What dropout draws from unless `forward` is given another source. Its state belongs in a checkpoint. */
  readonly random: Random;
  readonly #seed: number;
  readonly #dtype: 'float32' | 'float64';
  #named: ReadonlyMap<string, Parameter> | undefined;

  /** @throws ShapeError naming the layer whose input does not fit. */
  constructor(layer: Layer, inputShape: Input, { seed = 0, dtype = 'float32' }: ModelOptions = {}) {
    checkShape('model', inputShape);
    if (inputShape.includes(0))
      throw new ArgumentError(`model: inputShape must hold positive integers, but received ${formatShape(inputShape)}`);
    checkChoice('model', 'dtype', dtype, ['float32', 'float64']);
    this.random = new Random(seed).fork('forward');
    this.layer = layer;
    this.inputShape = [...inputShape] as readonly number[] as Input;
    this.outputShape = layer.outputShape(inputShape) as Output;
    this.#seed = seed;
    this.#dtype = dtype;
  }

  /** Every parameter by its path (`'features.3.filter'`), a shared one once. Allocates and initialises them when first called. */
  namedParameters(): ReadonlyMap<string, Parameter> {
    if (this.#named) return this.#named;
    this.layer.build(this.inputShape, { path: '', random: new Random(this.#seed), dtype: this.#dtype });
    const named = new Map<string, Parameter>();
    const seen = new Set<Parameter>();
    for (const [path, parameter] of this.layer.parameters) {
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
   * @param x [batch, ...inputShape]
   * @throws ShapeError when `x` has another shape, naming the layer where one inside does not fit.
   * @example
   * const logits = model.forward(images, { training: true });
   */
  forward(x: Tensor, options: ForwardOptions = {}): Tensor {
    const context = this.#prepare(x, options);
    return scope(() => this.layer.forward(x, context));
  }

  /**
   * The output for a batch, and what the layers of the given paths put out on the way.
   *
   * Layers that were fused run one by one here, so that a convolution's output is the one before its activation.
   *
   * @throws ArgumentError for a path that is no layer's.
   * @example
   * const { output, intermediates } = model.forwardWith(x, ['features.3']);
   * intermediates['features.3'];
   */
  forwardWith<Path extends string>(
    x: Tensor,
    paths: readonly Path[],
    options: ForwardOptions = {},
  ): { output: Tensor; intermediates: Record<Path, Tensor> } {
    const wanted = new Set<string>(paths);
    return scope(() => {
      const found: Record<string, Tensor> = {};
      const capture = (path: string, tensor: Tensor): void => {
        if (wanted.delete(path)) found[path] = tensor;
      };
      const output = this.layer.forward(x, { ...this.#prepare(x, options), capture });
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

  /** Trains the model: see `training.fit`. */
  fit<const M extends readonly Metric[] = readonly []>(
    dataset: BatchSource,
    options: FitOptions<M>,
  ): Promise<History<M>> {
    return fit(this, dataset, options);
  }

  /** Loss and metrics over a dataset: see `training.evaluate`. */
  evaluate<const M extends readonly Metric[] = readonly []>(
    dataset: BatchSource,
    options: EvaluateOptions<M>,
  ): Promise<Scores<M>> {
    return evaluate(this, dataset, options);
  }

  /** The outputs for many inputs: see `training.predict`. */
  predict(x: PredictInput, options?: PredictOptions): Promise<HostArray> {
    return predict(this, x, options);
  }

  /** A table of the layers with shapes, padding, parameters, multiply-accumulates and receptive fields. Allocates no weights. */
  summary(): ModelSummary {
    return new ModelSummary(this.layer, this.inputShape);
  }

  /** Releases the parameters. The model cannot be used afterwards. */
  dispose(): void {
    for (const parameter of this.#named?.values() ?? []) parameter.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #prepare(x: Tensor, { training = false, random = this.random }: ForwardOptions): LayerContext {
    checkTensor('model', 'x', x);
    if (x.shape.length !== this.inputShape.length + 1 || !sameShape(x.shape.slice(1), this.inputShape)) {
      const expected = ['batch', ...this.inputShape].join(', ');
      throw new ShapeError(`model: expects an input of shape [${expected}], got ${formatShape(x.shape)}`);
    }
    this.namedParameters();
    return { training, random };
  }
}
