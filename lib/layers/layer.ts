// What every layer is: a shape rule, named parameters, and a forward function. Shapes leave the batch dimension out;
// tensors carry it first.
import type { InitializerSet } from '../initializers/defaults.js';
import type { Initializer } from '../initializers/initializer.js';
import type { FusedActivation } from '../ops/epilogue.js';
import type { PoolSwitches } from '../ops/max_pool2d.js';
import { ArgumentError, ConvgradError, ShapeError } from '../tensor/errors.js';
import type { Shapes } from '../tensor/named.js';
import type { Window2d } from '../tensor/padding.js';
import { Parameter } from '../tensor/parameter.js';
import type { Random } from '../tensor/random.js';
import { formatShape, type Shape, sameShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { type ReceptiveField, through } from './receptive_field.js';
import type { ShapeRule } from './shape_rule.js';

declare const shapeRule: unique symbol;

/** The shape rule a layer carries in its type. */
export type RuleOf<L> = L extends { readonly [shapeRule]: infer Rule extends ShapeRule } ? Rule : ShapeRule;

/** The state a layer asks for: weights, biases, running statistics. */
export interface ParameterSpec {
  readonly shape: Shape;
  readonly initializer: Initializer;
  /** What it starts with in a model with Keras' defaults, where that differs and the layer was not given an initializer. */
  readonly keras?: Initializer | undefined;
  /** False for state that no gradient reaches, such as running statistics. */
  readonly trainable: boolean;
}

export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;

/** What a forward pass is told besides its input. */
export interface LayerContext {
  /** Dropout drops and batch norm uses the batch's statistics only in training. */
  readonly training: boolean;
  /** Source of randomness for dropout and its like. */
  readonly random: Random;
  /** Receives the output of each layer with its path; fusion across layers is off while it is set. */
  readonly capture?: ((path: string, output: Tensor) => void) | undefined;
  /** Receives each step before it runs; they are fused as ever. */
  readonly observe?: ((step: ForwardStep) => void) | undefined;
  /** Where the maxima of pooling layers stood in this pass, for the layers that undo them. */
  readonly switches?: Map<Layer, PoolSwitches>;
}

/** What runs as one in a forward pass: a layer, perhaps with the activation after it, or a place where branches meet. */
export interface ForwardStep {
  /** Paths of the layers, in order. */
  readonly paths: readonly string[];
  readonly layers: readonly Surveyed[];
  readonly inputs: readonly Tensor[];
  /** Computes the output: this step alone, as often as it is called. */
  run(inputs: readonly Tensor[]): Tensor;
}

/** Where and how parameters are made. */
export interface BuildContext {
  /** Path of the layer: `'features.3'`; empty for the outermost. */
  readonly path: string;
  readonly random: Random;
  /** Of the parameters. */
  readonly dtype: 'float32' | 'float64';
  /** Whose defaults layers begin with, default `'pytorch'`. */
  readonly initializers?: InitializerSet;
}

/** What a summary asks of a layer. */
export type Surveyed = Pick<Layer, 'kind' | 'parameterSpecs' | 'macs' | 'window'>;

/** One layer as `survey` meets it. */
export interface SurveyRow {
  readonly path: string;
  readonly layer: Surveyed;
  /** The first one, where branches meet. */
  readonly input: Shape;
  readonly output: Shape;
  /** Receptive field of the output; undefined once every unit sees the whole input. */
  readonly receptiveField: ReceptiveField | undefined;
}

export interface SurveyState<Input extends Shapes = Shape> {
  readonly path: string;
  readonly input: Input;
  readonly receptiveField: ReceptiveField | undefined;
}

/** An activation a layer can apply while it writes its output. */
export type Epilogue = Exclude<FusedActivation, 'none'>;

export type Forward = (x: Tensor, context: LayerContext) => Tensor;

/** Options that every layer takes. */
export interface LayerOptions {
  /** Name in paths instead of the layer's index: `'stem'` makes `'stem.filter'`. No dots. */
  readonly name?: string;
}

/** @throws ArgumentError unless `name` is left out or fit to be a segment of a path. */
export function checkName(kind: string, name: unknown): asserts name is string | undefined {
  if (name === undefined || (typeof name === 'string' && /^[^\s.]+$/.test(name))) return;
  throw new ArgumentError(
    `${kind}: name must be a string without dots or spaces, but received ${JSON.stringify(name)}`,
  );
}

/** A path with one more segment. */
export function joinPath(path: string, segment: string): string {
  return path === '' ? segment : `${path}.${segment}`;
}

/** Runs `work`; an error that passes through gets `segment` put before its path. */
export function withinPath<T>(segment: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ConvgradError ? error.within(segment) : error;
  }
}

/**
 * A step of a network. `Rule` is its shape rule at compile time; `outputShape` is the same rule at run time.
 *
 * Subclass it for a layer of your own: give `outputShape` and `forward`, and `parameterSpecs` if it has weights.
 */
export abstract class Layer<Rule extends ShapeRule = ShapeRule> {
  declare readonly [shapeRule]: Rule;

  /** What the layer is: `'conv2d'`. */
  readonly kind: string;
  /** The name given to it, if any. */
  readonly name: string | undefined;

  #parameters: ReadonlyMap<string, Parameter> | undefined;

  constructor(kind: string, { name }: LayerOptions) {
    checkName(kind, name);
    this.kind = kind;
    this.name = name;
  }

  /** Shape of the output for an input shape, both without the batch. @throws ShapeError when the input does not fit. */
  abstract outputShape(input: Shape): Shape;

  /** The output for a batch. The layer must have been built. */
  abstract forward(x: Tensor, context: LayerContext): Tensor;

  /** The parameters the layer needs for an input shape; nothing is allocated. */
  parameterSpecs(_input: Shape): ParameterSpecs {
    return {};
  }

  /** Multiply-accumulates of a forward pass of one sample, those of layers inside not included. */
  macs(_input: Shape): number {
    return 0;
  }

  /** The window the layer moves over its input, if it is that kind of layer. */
  window(_input: Shape): Window2d | undefined {
    return undefined;
  }

  /** Receptive field after the layer, given that before it; undefined when an output unit sees the whole input. */
  receptiveField(before: ReceptiveField | undefined, input: Shape): ReceptiveField | undefined {
    const window = this.window(input);
    return window && before ? through(before, window) : before;
  }

  /** The activation this layer is, if the layer before it may apply it in its own epilogue. */
  get epilogue(): Epilogue | undefined {
    return undefined;
  }

  /** A forward function with `epilogue` applied to the output, if the layer can do it in one pass. */
  withEpilogue(_epilogue: Epilogue): Forward | undefined {
    return undefined;
  }

  /** Visits this layer and those inside it in forward order, and returns the receptive field after it. */
  survey(at: SurveyState, visit: (row: SurveyRow) => void): ReceptiveField | undefined {
    const { path, input } = at;
    const receptiveField = this.receptiveField(at.receptiveField, input);
    visit({ path, layer: this, input, output: this.outputShape(input), receptiveField });
    return receptiveField;
  }

  /**
   * Allocates and initialises the parameters for an input shape. A second call keeps them, so that a layer may stand in two places.
   *
   * @throws ShapeError when the layer was built for parameters of another shape.
   */
  build(input: Shape, { path, random, dtype, initializers }: BuildContext): void {
    const specs = Object.entries(this.parameterSpecs(input));
    if (this.#parameters) {
      for (const [name, { shape }] of specs) {
        const built = this.parameter(name).shape;
        if (sameShape(built, shape)) continue;
        throw new ShapeError(
          `${this.kind}: input ${formatShape(input)} needs ${name} ${formatShape(shape)}, but the layer was built with ${formatShape(built)}`,
        );
      }
      return;
    }
    this.#parameters = new Map(
      specs.map(([name, { shape, initializer, keras, trainable }]) => {
        const fullName = joinPath(path, name);
        const parameter = new Parameter(fullName, shape, { dtype, trainable });
        const initialize = initializers === 'keras' ? (keras ?? initializer) : initializer;
        const made: unknown = initialize(parameter, random.fork(fullName));
        if (typeof made === 'function')
          throw new ArgumentError(
            `${this.kind}: the initializer of ${name} makes initializers: call it first, as in glorotUniform()`,
          );
        return [name, parameter];
      }),
    );
  }

  /** The layer's own parameters by their name in it (`'filter'`), those of layers inside it by path. Empty before `build`. */
  get parameters(): ReadonlyMap<string, Parameter> {
    return this.#parameters ?? new Map();
  }

  /** A parameter of a built layer. */
  protected parameter(name: string): Parameter {
    const parameter = this.#parameters?.get(name);
    if (!parameter)
      throw new ArgumentError(`${this.kind}: has no parameter '${name}' yet; build the model before running the layer`);
    return parameter;
  }
}
