import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { multiMarginLoss } from '../../lib/ops/multi_margin_loss.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const labelsFor = (rows: number, classes: number): Int32Array =>
  Int32Array.from({ length: rows }, (_, n) => (n * 7 + 3) % classes);

describe('multiMarginLoss', () => {
  it.each([1, 2, 3, 4, 5, 8, 9, 10, 16, 17, 33, 100])('is the formula, for %d classes', async (classes) => {
    for (const [dtype, digits] of [
      ['float32', 5],
      ['float64', 13],
    ] as const)
      for (const [margin, p] of [
        [1, 1],
        [0.3, 2],
      ] as const) {
        const logits = tensor([...noise(6 * classes)], [6, classes], dtype);
        const [z, labels, weights] = [await values(logits), labelsFor(6, classes), noise(classes, 2).map(Math.abs)];
        let expected = 0;
        for (const [n, label] of labels.entries())
          for (let k = 0; k < classes; k++) {
            const missing = Math.max(0, margin + (z[n * classes + k] as number) - (z[n * classes + label] as number));
            if (k !== label) expected += ((weights[label] as number) * missing ** p) / classes / 6;
          }
        const classWeights = tensor([...weights], [classes], dtype);
        const loss = multiMarginLoss(logits, tensor(labels), { margin, p, classWeights });
        expect(await loss.item()).toBeCloseTo(expected, digits);
      }
  });

  it.each([2, 3, 8, 17, 33])('has the gradient that differences give, for %d classes', async (classes) => {
    const logits = tensor(noise(12 * classes), [2, 2, 3, classes]);
    const labels = tensor(Uint8Array.from(labelsFor(12, classes)), [2, 2, 3]);
    const classWeights = tensor(noise(classes, 2).map(Math.abs));
    for (const p of [1, 2] as const)
      await checkGradient((z) => multiMarginLoss(z, labels, { margin: 0.7, p, classWeights }), [logits]);
  });

  it('has the derivative 0 at the kink, and no loss beyond it', async () => {
    const logits = tensor([[3, 2, -5]], undefined, 'float64');
    const { value, gradients } = valueAndGradients(() => multiMarginLoss(logits, tensor(Int32Array.of(0))), [logits]);
    expect(await value.item()).toBe(0);
    expect((await values(gradients[0] as Tensor)).map(Math.abs)).toEqual([0, 0, 0]);
  });

  it('passes NaN on, and names a label that is none', async () => {
    expect(await multiMarginLoss(tensor([[Number.NaN, 1, 2]]), tensor(Int32Array.of(1))).item()).toBeNaN();
    const logits = tensor([[1, 2, 3]]);
    const { value, gradients } = valueAndGradients(() => multiMarginLoss(logits, tensor(Uint8Array.of(3))), [logits]);
    await expect(value.item()).rejects.toThrow('labels[0] is 3, outside of the classes 0 to 2');
    expect(await values(gradients[0] as Tensor)).toEqual([0, 0, 0]);
  });

  it('gives the same bits for any number of threads', async () => {
    const logits = tensor(new Float32Array(noise(4000 * 37)), [4000, 37]);
    const [one, ...others] = await withThreads(async () => {
      const loss = () => multiMarginLoss(logits, tensor(labelsFor(4000, 37)), { p: 2 });
      const { value, gradients } = valueAndGradients(loss, [logits]);
      return Promise.all([value, ...gradients].map(values));
    });
    for (const other of others) expect(other).toEqual(one);
  });

  const [z, label] = [tensor([[2, 1, 0]]), tensor(Int32Array.of(0))];
  it.each<[() => unknown, string]>([
    [() => multiMarginLoss(z, label, { p: 3 as never }), 'p must be 1 or 2, but received 3'],
    [() => multiMarginLoss(z, label, { p: '1' as never }), "p must be 1 or 2, but received '1'"],
    [() => multiMarginLoss(z, label, { margin: Number.NaN }), 'margin must be a finite number, but received NaN'],
    [() => multiMarginLoss(z, label, { margin: '1' as never }), "margin must be a finite number, but received '1'"],
    [() => multiMarginLoss(z, label, { classWeights: [1, 2] }), 'classWeights must have shape [3], but has [2]'],
    [
      () => multiMarginLoss(z, label, { classWeights: [1, -2, 1] }),
      'classWeights[1] must be a finite number of at least 0, but received -2',
    ],
    [
      () => multiMarginLoss(z, label, { weight: [] } as never),
      "unknown option 'weight'; it takes margin, p, classWeights",
    ],
    [() => multiMarginLoss(z, tensor([[1, 0, 0]])), 'labels must be int32 or uint8, but is float32'],
    [() => multiMarginLoss(z, tensor(new Int32Array(2))), 'labels must have shape [1], but has [2]'],
    [() => multiMarginLoss(tensor([1, 2]), label), 'logits must have at least 2 axes [batch, ..., classes]'],
  ])('rejects %#: %s', (call, message) => {
    expect(call).toThrow(`multiMarginLoss: ${message}`);
  });
});
