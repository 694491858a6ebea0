// A metric summed up over batches, for hand-written loops.
import { ArgumentError } from '../tensor/errors.js';
import { entriesOf, isTensor, type Tensors } from '../tensor/named.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Metric } from './metric.js';

/**
 * Sums a metric up over batches. `add` only enqueues; waiting is up to whoever asks for the result.
 *
 * @example
 * const correct = new RunningMetric(accuracy());
 * for await (const { x, y } of batches) correct.add(model.forward(x), y);
 * console.log(await correct.result());
 */
export class RunningMetric<Output extends Tensors = Tensor, Target extends Tensors = Tensor> {
  readonly metric: Metric<string, Output, Target>;
  #sums: Promise<Float64Array | undefined> = Promise.resolve(undefined);
  #samples = 0;

  constructor(metric: Metric<string, Output, Target>) {
    this.metric = metric;
  }

  /** Takes in a batch. */
  add(output: Output, target: Target): void {
    const { measured } = scope(() => ({ measured: this.metric.measure(output, target).data() }));
    const sums = Promise.all([this.#sums, measured]).then(([earlier, values]) => addTo(earlier, values));
    sums.catch(() => {}); // a failure counts when the result is asked for
    this.#sums = sums;
    this.#samples += entriesOf<Tensor>(output, isTensor)[0]?.[1].shape[0] ?? 1;
  }

  /** Resolves to the metric over everything added so far. @throws ArgumentError (rejects with) if that is nothing */
  async result(): Promise<number> {
    const samples = this.#samples;
    return this.metric.value(await this.sums(), samples);
  }

  /** Resolves to the sums of what was measured. @throws ArgumentError (rejects with) if that is nothing @internal */
  async sums(): Promise<Float64Array> {
    const sums = await this.#sums;
    if (sums === undefined) throw new ArgumentError(`${this.metric.name}: no batch has been added`);
    return sums;
  }

  /** Starts anew. */
  reset(): void {
    this.#sums = Promise.resolve(undefined);
    this.#samples = 0;
  }
}

/** `sums` + `values`, element by element, in place; a copy of `values` where there are no sums yet. @internal */
export function addTo(sums: Float64Array | undefined, values: ArrayLike<number>): Float64Array {
  if (sums === undefined) return Float64Array.from(values);
  for (let index = 0; index < sums.length; index++) sums[index] = (sums[index] as number) + (values[index] as number);
  return sums;
}
