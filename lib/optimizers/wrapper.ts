// An optimizer that does what another one does, and something before or after: clipping, constraints, averages.
import { show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Tensor } from '../tensor/tensor.js';
import { Optimizer, type OptimizerCounters } from './optimizer.js';

/** Steps, counts and remembers as the optimizer inside; state of its own is kept along with the other's. */
export abstract class Wrapper extends Optimizer {
  protected readonly slotNames: readonly string[] = [];
  protected readonly inner: Optimizer;

  constructor(name: string, inner: Optimizer) {
    if (!(inner instanceof Optimizer))
      throw new ArgumentError(`${name}: expected an optimizer, such as sgd({ … }), but received ${show(inner)}`);
    super(`${name}(${inner.kind})`, 0);
    this.inner = inner;
  }

  override get steps(): number {
    return this.inner.steps;
  }

  override get learningRate(): number {
    return this.inner.learningRate;
  }

  override step(parameters: readonly Parameter[], gradients: readonly Tensor[], gradientScale?: number | Tensor): void {
    this.inner.step(parameters, gradients, gradientScale);
  }

  override prepare(parameters: readonly Parameter[]): void {
    super.prepare(parameters);
    this.inner.prepare(parameters);
  }

  override state(parameters: readonly Parameter[]): Map<string, Parameter> {
    const [inside, own] = [this.inner.state(parameters), super.state(parameters)];
    for (const name of own.keys())
      if (inside.has(name)) throw new ArgumentError(`${this.kind}: two state tensors are named "${name}"`);
    return new Map([...inside, ...own]);
  }

  override counters(parameters: readonly Parameter[]): OptimizerCounters {
    return this.inner.counters(parameters);
  }

  override restore(parameters: readonly Parameter[], counters: OptimizerCounters): void {
    this.inner.restore(parameters, counters);
  }

  override dispose(): void {
    super.dispose();
    this.inner.dispose();
  }

  protected override update(): void {}
}
