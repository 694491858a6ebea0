// counts(actual, predicted) over many batches
import { confusionMatrix as confusionMatrixOp } from '../ops/confusion_matrix.js';
import type { Tensor } from '../tensor/tensor.js';
import { RunningMetric } from './running.js';

/** Sums up a confusion matrix over batches. */
export class ConfusionMatrix {
  readonly #running = new RunningMetric({
    name: 'confusionMatrix',
    better: 'higher',
    measure: confusionMatrixOp,
    value: () => Number.NaN, // it is no number
  });

  /** Takes in a batch: logits [batch, ..., classes], labels int32 or uint8 [batch, ...]. @throws ShapeError or DTypeError for others */
  add(logits: Tensor, labels: Tensor): void {
    this.#running.add(logits, labels);
  }

  /** Resolves to a row of counts per actual class. @throws ArgumentError (rejects with) if no batch has been added */
  async result(): Promise<number[][]> {
    const sums = Array.from(await this.#running.sums());
    const classes = Math.sqrt(sums.length);
    return Array.from({ length: classes }, (_, row) => sums.slice(row * classes, (row + 1) * classes));
  }

  /** Starts anew. */
  reset(): void {
    this.#running.reset();
  }
}

/**
 * What is taken for what: a row of counts per actual class, a column per predicted one.
 *
 * @example
 * const matrix = metrics.confusionMatrix();
 * for await (const { x, y } of batches) matrix.add(model.forward(x), y);
 * console.table(await matrix.result());
 */
export function confusionMatrix(): ConfusionMatrix {
  return new ConfusionMatrix();
}
