import { describe, expect, it } from 'vitest';
import { topKCorrect } from '../../lib/ops/top_k_correct.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const labelsFor = (batch: number, classes: number): Int32Array =>
  Int32Array.from({ length: batch }, (_, n) => (n * 7 + 3) % classes);

function reference(logits: readonly number[], labels: Int32Array, classes: number, k: number): number {
  return [...labels].filter((label, n) => {
    const row = logits.slice(n * classes, (n + 1) * classes);
    const ranked = row.map((value, index) => ({ value, index })).sort((a, b) => b.value - a.value || a.index - b.index);
    return ranked.slice(0, k).some(({ index }) => index === label);
  }).length;
}

describe('topKCorrect', () => {
  it.each([1, 2, 3, 5, 8, 10, 16, 17, 33, 100])(
    'counts the rows whose label is among the largest, of %d classes',
    async (classes) => {
      for (const dtype of ['float32', 'float64'] as const)
        for (const k of new Set([1, Math.min(5, classes), classes])) {
          // Few distinct values, so that many are equal.
          const logits = tensor(
            Array.from(noise(200 * classes), (v) => Math.round(4 * v)),
            [200, classes],
            dtype,
          );
          const labels = labelsFor(200, classes);
          expect(await topKCorrect(logits, tensor(labels), k).item()).toBe(
            reference(await values(logits), labels, classes, k),
          );
        }
    },
  );

  it('lets the first of equal logits win, and NaN never', async () => {
    const equal = tensor([[1, 1, 1]]);
    expect(await topKCorrect(equal, tensor(new Int32Array([0]))).item()).toBe(1);
    expect(await topKCorrect(equal, tensor(new Int32Array([1]))).item()).toBe(0);
    expect(await topKCorrect(equal, tensor(new Int32Array([1])), 2).item()).toBe(1);
    expect(await topKCorrect(tensor([[1, Number.NaN, 0]]), tensor(new Int32Array([1]))).item()).toBe(0);
    expect(await topKCorrect(tensor([[1, Number.NaN, 0]]), tensor(new Int32Array([0]))).item()).toBe(0);
  });

  it('counts pixels, whose labels may be bytes', async () => {
    const logits = tensor(noise(600), [2, 3, 10, 10]);
    const labels = labelsFor(60, 10);
    const flat = await values(logits);
    expect(await topKCorrect(logits, tensor(Uint8Array.from(labels), [2, 3, 10]), 3).item()).toBe(
      reference(flat, labels, 10, 3),
    );
    expect(() => topKCorrect(logits, tensor(labels))).toThrow('labels must have shape [2, 3, 10], but has [60]');
    await expect(topKCorrect(logits, tensor(new Uint8Array(60).fill(10), [2, 3, 10])).item()).rejects.toThrow(
      'labels[0] is 10, outside of the classes 0 to 9',
    );
  });

  it('rejects at the next await when a label is out of range', async () => {
    await expect(topKCorrect(tensor([[1, 2]]), tensor(new Int32Array([2]))).item()).rejects.toThrow(
      'labels[0] is 2, outside of the classes 0 to 1',
    );
  });

  it('gives the same count for any number of threads', async () => {
    const logits = tensor(new Float32Array(noise(20_000 * 10)), [20_000, 10]);
    const [one, ...others] = await withThreads(() => values(topKCorrect(logits, tensor(labelsFor(20_000, 10)), 3)));
    for (const other of others) expect(other).toEqual(one);
  });

  it('rejects a k that is no number of classes', () => {
    expect(() => topKCorrect(tensor([[1, 2]]), tensor(new Int32Array([0])), 3)).toThrow(
      'topKCorrect: k must not exceed the 2 classes, but received 3',
    );
    expect(() => topKCorrect(tensor([[1, 2]]), tensor(new Int32Array([0])), 0)).toThrow(
      'topKCorrect: k must be a positive integer, but received 0',
    );
  });
});
