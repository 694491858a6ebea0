// Parameter groups: each parameter is updated by the optimizer of the first group that takes it.
import { checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { Optimizer, type OptimizerCounters } from './optimizer.js';

/** Parameters and what updates them. */
export interface ParameterGroup {
  /** Which parameters; default all that no group before took. */
  readonly parameters?: (parameter: Parameter) => boolean;
  readonly optimizer: Optimizer;
}

class Groups extends Optimizer {
  protected readonly slotNames = [];
  readonly #groups: readonly ParameterGroup[];

  constructor(groups: readonly ParameterGroup[]) {
    if (!Array.isArray(groups) || groups.length === 0)
      throw new ArgumentError(`groups: expected an array of at least one group, but received ${show(groups)}`);
    for (const [index, group] of groups.entries()) checkGroup(`groups[${index}]`, group);
    const optimizers = groups.map(({ optimizer }) => optimizer);
    if (new Set(optimizers).size < groups.length)
      throw new ArgumentError('groups: every group needs an optimizer of its own, but two share one');
    super(`groups(${optimizers.map(({ kind }) => kind).join(', ')})`, 0);
    this.#groups = groups;
  }

  override get steps(): number {
    return (this.#groups[0] as ParameterGroup).optimizer.steps;
  }

  /** That of the last group: the rest of the parameters. */
  override get learningRate(): number {
    return (this.#groups.at(-1) as ParameterGroup).optimizer.learningRate;
  }

  override step(parameters: readonly Parameter[], gradients: readonly Tensor[], gradientScale?: number | Tensor): void {
    this.check(parameters, gradients);
    this.prepare(parameters);
    const members = this.#members(parameters);
    const gradientOf = new Map(parameters.map((parameter, index) => [parameter, gradients[index] as Tensor]));
    for (const [optimizer, own] of members) {
      const theirs = own.map((parameter) => gradientOf.get(parameter) as Tensor);
      optimizer.step(own, theirs, gradientScale);
    }
  }

  override prepare(parameters: readonly Parameter[]): void {
    for (const [optimizer, own] of this.#members(parameters)) optimizer.prepare(own);
  }

  override state(parameters: readonly Parameter[]): Map<string, Parameter> {
    return new Map([...this.#members(parameters)].flatMap(([optimizer, own]) => [...optimizer.state(own)]));
  }

  override counters(parameters: readonly Parameter[]): OptimizerCounters {
    const counts = [...this.#members(parameters)].map(([optimizer, own]) => optimizer.counters(own).updates);
    return { steps: this.steps, updates: Object.assign({}, ...counts) };
  }

  override restore(parameters: readonly Parameter[], counters: OptimizerCounters): void {
    for (const [optimizer, own] of this.#members(parameters)) optimizer.restore(own, counters);
  }

  override dispose(): void {
    for (const { optimizer } of this.#groups) optimizer.dispose();
  }

  protected override update(): void {}

  /** The parameters of each optimizer. @throws ArgumentError for one that no group takes */
  #members(parameters: readonly Parameter[]): Map<Optimizer, Parameter[]> {
    const members = new Map<Optimizer, Parameter[]>(this.#groups.map(({ optimizer }) => [optimizer, []]));
    for (const parameter of parameters) {
      const group = this.#groups.find((candidate) => candidate.parameters?.(parameter) ?? true);
      if (group === undefined)
        throw new ArgumentError(`groups: no group takes parameter "${parameter.name}"; let the last one take the rest`);
      members.get(group.optimizer)?.push(parameter);
    }
    return members;
  }
}

function checkGroup(subject: string, group: ParameterGroup): void {
  checkOptions(subject, group, ['parameters', 'optimizer']);
  if (!(group.optimizer instanceof Optimizer))
    throw new ArgumentError(
      `${subject}: optimizer must be one, such as sgd({ … }), but received ${show(group.optimizer)}`,
    );
  if (group.parameters !== undefined && typeof group.parameters !== 'function')
    throw new ArgumentError(
      `${subject}: parameters must be a function that takes or refuses one, but received ${show(group.parameters)}`,
    );
}

/**
 * Several optimizers, each for some of the parameters: other rates for biases, no weight decay for batch norm, Muon for matrices.
 *
 * A parameter belongs to the first group that takes it. The learning rate reported is that of the last group.
 *
 * @throws ArgumentError for an invalid group; when stepping, for a parameter that no group takes
 * @example
 * const exempt = ({ shape }) => shape.length < 2; // biases, and scale and shift of normalisations
 * const optimizer = groups([
 *   { parameters: exempt, optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) },
 *   { optimizer: sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4 }) },
 * ]);
 */
export function groups(groups: readonly ParameterGroup[]): Optimizer {
  return new Groups(groups);
}
