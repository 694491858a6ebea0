// What optimizers share: the learning rate, the count of updates, and one set of state tensors per parameter. A subclass names
// its state tensors and updates one parameter.
import { checkNumber, show } from '../tensor/arguments.js';
import { checkEqualDType, checkSameShape, checkTensor, kindOf } from '../tensor/checks.js';
import { ArgumentError } from '../tensor/errors.js';
import { Parameter } from '../tensor/parameter.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/** A number, or a function from the number of updates done so far to the rate of the next one: see `schedules`. */
export type LearningRate = number | ((step: number) => number);

/** How many updates an optimizer has done; plain JSON, so that a checkpoint can hold it. */
export interface OptimizerCounters {
  /** Calls of `step`. */
  readonly steps: number;
  /** Updates of each parameter by name; fewer than `steps` where it was frozen for a while. */
  readonly updates: Readonly<Record<string, number>>;
}

/** One parameter's state. */
interface Slots {
  updates: number;
  readonly tensors: readonly Parameter[];
}

/** What an update of one parameter is told. */
export interface UpdateContext {
  readonly learningRate: number;
  /** Updates of the parameter, this one included. */
  readonly updates: number;
  /** What the gradient is to be multiplied by first: 1, or a scalar tensor. */
  readonly gradientScale: number | Tensor;
}

/** Updates parameters from gradients. `sgd`, `adam` and their like make them. */
export abstract class Optimizer {
  /** What the optimizer is: `'sgd'`. */
  readonly kind: string;
  #rate: LearningRate;
  #steps = 0;
  readonly #slots = new Map<Parameter, Slots>();

  constructor(kind: string, learningRate: LearningRate) {
    this.kind = kind;
    if (typeof learningRate !== 'function') checkNumber(kind, 'learningRate', learningRate, 0);
    this.#rate = learningRate;
  }

  /** Updates done so far. */
  get steps(): number {
    return this.#steps;
  }

  /** The learning rate of the next update. @throws ArgumentError where a schedule gives something else than a rate */
  get learningRate(): number {
    const rate = typeof this.#rate === 'function' ? this.#rate(this.#steps) : this.#rate;
    checkNumber(this.kind, `the learning rate of step ${this.#steps}`, rate, 0);
    return rate;
  }

  /**
   * Updates parameters in place and releases the gradients: nobody has to dispose of what `valueAndGradients` returned.
   *
   * Parameters that are not trainable stay as they are; their gradients are released, too. The work is only enqueued here. State
   * is allocated for all parameters first: should memory not suffice for it, none has been updated.
   *
   * @param gradients one per parameter, of its shape and dtype
   * @param gradientScale what they are multiplied by first: 1, or a scalar tensor of their dtype
   * @throws ArgumentError, ShapeError or DTypeError for gradients that do not fit, NativeError where memory does not suffice for
   *   the state, before anything is updated
   * @example
   * const { value, gradients } = valueAndGradients(() => loss(model.forward(x, { training: true }), y), model.parameters);
   * optimizer.step(model.parameters, gradients);
   */
  step(parameters: readonly Parameter[], gradients: readonly Tensor[], gradientScale: number | Tensor = 1): void {
    this.check(parameters, gradients);
    this.prepare(parameters);
    const { learningRate } = this;
    for (const [index, parameter] of parameters.entries()) {
      const gradient = gradients[index] as Tensor;
      if (parameter.trainable) {
        const slots = this.#slotsOf(parameter);
        slots.updates += 1;
        const at = { learningRate, updates: slots.updates, gradientScale };
        scope(() => this.update(parameter, gradient, slots.tensors, at));
      }
      gradient.dispose();
    }
    this.#steps += 1;
  }

  /** Does whatever of a step may fail before the first update: allocates state and looks at the learning rate. @internal */
  prepare(parameters: readonly Parameter[]): void {
    void this.learningRate;
    for (const parameter of parameters) if (parameter.trainable) this.#slotsOf(parameter);
  }

  /**
   * The state tensors of trainable parameters, as `'features.3.filter.momentum'`: zeros for those not updated yet. Together with
   * `counters` they are all an optimizer remembers; assigning them and calling `restore` continues exactly there.
   *
   * @throws ArgumentError when two parameters share a name
   */
  state(parameters: readonly Parameter[]): Map<string, Parameter> {
    const state = new Map<string, Parameter>();
    for (const parameter of parameters.filter(({ trainable }) => trainable)) {
      for (const tensor of this.#slotsOf(parameter).tensors) {
        if (state.has(tensor.name))
          throw new ArgumentError(`${this.kind}: two parameters are named "${parameter.name}"`);
        state.set(tensor.name, tensor);
      }
    }
    return state;
  }

  /** How many updates of each parameter have been done. */
  counters(parameters: readonly Parameter[]): OptimizerCounters {
    const updates = parameters.map((parameter) => [parameter.name, this.#slots.get(parameter)?.updates ?? 0] as const);
    return { steps: this.#steps, updates: Object.fromEntries(updates) };
  }

  /** Continues from `counters`; the state tensors are assigned apart. @throws ArgumentError for counters of other parameters */
  restore(parameters: readonly Parameter[], { steps, updates }: OptimizerCounters): void {
    for (const [name, count] of [
      ['steps', steps],
      ...parameters.map((p) => [p.name, updates?.[p.name]] as const),
    ] as const) {
      if (Number.isSafeInteger(count) && (count as number) >= 0) continue;
      throw new ArgumentError(`${this.kind}: counters must hold a count for "${name}", but received ${show(count)}`);
    }
    this.#steps = steps;
    for (const parameter of parameters) this.#slotsOf(parameter).updates = updates[parameter.name] as number;
  }

  /** Releases the state tensors; the next step would start with zeros. */
  dispose(): void {
    for (const { tensors } of this.#slots.values()) for (const tensor of tensors) tensor.dispose();
    this.#slots.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Names of the state tensors of each parameter. */
  protected abstract readonly slotNames: readonly string[];

  /** Enqueues the update of one parameter. What it creates is released. */
  protected abstract update(
    parameter: Parameter,
    gradient: Tensor,
    slots: readonly Parameter[],
    at: UpdateContext,
  ): void;

  /** What a state tensor holds before the first update: by default zeros, which is what undefined stands for. */
  protected initialState(_slot: string, _parameter: Parameter): Tensor | number | undefined {
    return undefined;
  }

  /** The state tensors of a parameter, in the order of `slotNames`. */
  protected slotsOf(parameter: Parameter): readonly Parameter[] {
    return this.#slotsOf(parameter).tensors;
  }

  #slotsOf(parameter: Parameter): Slots {
    const known = this.#slots.get(parameter);
    if (known) return known;
    const { name, shape, dtype } = parameter;
    const tensors = this.slotNames.map((slot) => {
      const tensor = new Parameter(`${name}.${slot}`, shape, { dtype, trainable: false });
      const initial = this.initialState(slot, parameter);
      if (typeof initial === 'object') tensor.assign(initial);
      else tensor.fill(initial ?? 0);
      return tensor;
    });
    const slots = { updates: 0, tensors };
    this.#slots.set(parameter, slots);
    return slots;
  }

  /** @throws ArgumentError, ShapeError or DTypeError for gradients that do not fit */
  protected check(parameters: readonly Parameter[], gradients: readonly Tensor[]): void {
    if (!Array.isArray(parameters) || !Array.isArray(gradients) || parameters.length !== gradients.length) {
      const given = [parameters, gradients].map((list) => (Array.isArray(list) ? `${list.length}` : show(list)));
      throw new ArgumentError(
        `${this.kind}: step expects as many gradients as parameters, but received ${given.join(' parameters and ')} gradients`,
      );
    }
    for (const [index, parameter] of parameters.entries()) {
      if (!(parameter instanceof Parameter))
        throw new ArgumentError(
          `${this.kind}: parameters[${index}] must be a parameter, but received ${kindOf(parameter)}`,
        );
      void parameter.handle; // throws if it has been released
      const name = `the gradient of "${parameter.name}"`;
      const gradient = gradients[index];
      checkTensor(this.kind, name, gradient);
      checkEqualDType(this.kind, name, gradient, 'the parameter', parameter);
      checkSameShape(this.kind, name, gradient, parameter.shape);
    }
  }
}
