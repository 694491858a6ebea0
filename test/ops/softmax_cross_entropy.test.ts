import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { softmaxCrossEntropy } from '../../lib/ops/softmax_cross_entropy.js';
import { NativeError } from '../../lib/tensor/errors.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const classCounts = [1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 31, 33, 100, 1000] as const;
const labelsFor = (batch: number, classes: number): Int32Array =>
  Int32Array.from({ length: batch }, (_, n) => (n * 7 + 3) % classes);

function reference(z: readonly number[], label: number, smoothing: number): number {
  const highest = Math.max(...z);
  const normalizer = highest + Math.log(z.reduce((sum, v) => sum + Math.exp(v - highest), 0));
  return z.reduce(
    (loss, v, k) => loss - ((k === label ? 1 - smoothing : 0) + smoothing / z.length) * (v - normalizer),
    0,
  );
}

describe('softmaxCrossEntropy', () => {
  it.each(classCounts)('is −Σ q ln p, for %d classes', async (classes) => {
    for (const [dtype, digits] of [
      ['float32', 5],
      ['float64', 12],
    ] as const)
      for (const labelSmoothing of [0, 0.1]) {
        const logits = tensor(
          Array.from(noise(6 * classes), (v) => 8 * v - 3),
          [6, classes],
          dtype,
        );
        const data = await values(logits);
        const labels = labelsFor(6, classes);
        const rows = [...labels].map((label, n) =>
          reference(data.slice(n * classes, (n + 1) * classes), label, labelSmoothing),
        );
        const loss = async (reduction: 'mean' | 'sum' | 'none') =>
          values(softmaxCrossEntropy(logits, tensor(labels), { labelSmoothing, reduction }));
        for (const [n, value] of (await loss('none')).entries()) expect(value).toBeCloseTo(rows[n] as number, digits);
        const total = rows.reduce((a, b) => a + b, 0);
        expect((await loss('sum'))[0]).toBeCloseTo(total, digits - 1);
        expect((await loss('mean'))[0]).toBeCloseTo(total / 6, digits);
      }
  });

  it.each(classCounts.filter((classes) => classes > 1))(
    'has the gradient that differences give, for %d classes',
    async (classes) => {
      const labels = tensor(labelsFor(5, classes));
      const logits = tensor(
        noise(5 * classes).map((v) => 3 * v),
        [5, classes],
      );
      for (const labelSmoothing of [0, 0.2])
        for (const reduction of ['mean', 'sum', 'none'] as const)
          await checkGradient((z) => softmaxCrossEntropy(z, labels, { labelSmoothing, reduction }), [logits]);
    },
  );

  it.each([1, 3, 8, 17, 33])(
    'has the gradient that differences give with weights, ignored rows and distributions, for %d classes',
    async (classes) => {
      const logits = tensor(noise(5 * classes), [5, classes]);
      const classWeights = tensor(noise(classes, 2).map(Math.abs));
      const sampleWeights = tensor(noise(5, 3).map(Math.abs));
      const labels = tensor(Int32Array.from(labelsFor(5, classes), (label, n) => (n === 2 ? -1 : label)));
      const dense = tensor(noise(5 * classes, 4).map(Math.abs), [5, classes]);
      for (const labelSmoothing of [0, 0.2])
        for (const reduction of ['mean', 'sum', 'none'] as const) {
          const options = { labelSmoothing, reduction, classWeights, sampleWeights };
          const sparse = { ...options, ignoreIndex: -1 };
          await checkGradient((z) => softmaxCrossEntropy(z, labels, sparse), [logits], { tolerance: 1e-5 });
          await checkGradient((z) => softmaxCrossEntropy(z, dense, options), [logits], { tolerance: 1e-5 });
        }
    },
  );

  describe('of pixels, [batch, height, width, classes],', () => {
    const [shape, classes] = [[2, 3, 4, 5], 5];
    const logits = tensor(noise(120), shape);
    const flat = tensor(noise(120), [24, classes]);
    const labels = labelsFor(24, classes);
    const perPixel = noise(24, 3).map(Math.abs);
    const dense = noise(120, 4).map(Math.abs);
    const common = { labelSmoothing: 0.1, classWeights: tensor(noise(classes, 2).map(Math.abs)) };
    const sampleWeights = (of: number[]) => tensor(perPixel, of);

    it.each(['mean', 'sum', 'none'] as const)('is that of as many rows, reduction %s', async (reduction) => {
      for (const ignoreIndex of [3, undefined]) {
        const options = { ...common, reduction, ...(ignoreIndex !== undefined && { ignoreIndex }) };
        const rows = () =>
          softmaxCrossEntropy(flat, tensor(labels), { ...options, sampleWeights: sampleWeights([24]) });
        const pixels = () =>
          softmaxCrossEntropy(logits, tensor(labels, [2, 3, 4]), {
            ...options,
            sampleWeights: sampleWeights([2, 3, 4]),
          });
        expect(pixels().shape).toEqual(reduction === 'none' ? [2, 3, 4] : []);
        expect(await values(pixels())).toEqual(await values(rows()));
      }
      const distributions = (z: Tensor) => softmaxCrossEntropy(z, tensor(dense, z.shape), { ...common, reduction });
      expect(await values(distributions(logits))).toEqual(await values(distributions(flat)));
    });

    it('has the gradient that differences give', async () => {
      const options = { ...common, ignoreIndex: 3, sampleWeights: [2, 0.5] };
      const target = tensor(Uint8Array.from(labels), [2, 3, 4]);
      for (const reduction of ['mean', 'none'] as const)
        await checkGradient((z) => softmaxCrossEntropy(z, target, { ...options, reduction }), [logits]);
      await checkGradient((z) => softmaxCrossEntropy(z, tensor(dense, shape), common), [logits]);
    });

    it('weighs the rows of a sample alike where weights are per sample', async () => {
      const weighted = (of: Tensor | number[]) =>
        softmaxCrossEntropy(logits, tensor(labels, [2, 3, 4]), { sampleWeights: of });
      const each = tensor(new Float64Array(24).fill(2, 0, 12).fill(0.5, 12), [2, 3, 4]);
      expect(await weighted([2, 0.5]).item()).toBe(await weighted(each).item());
    });

    it('names the pixel whose label is none', async () => {
      const wrong = tensor(Uint8Array.from(labels).fill(200, 7, 8), [2, 3, 4]);
      await expect(softmaxCrossEntropy(logits, wrong).item()).rejects.toThrow(
        'labels[7] is 200, outside of the classes 0 to 4',
      );
      expect(await softmaxCrossEntropy(logits, wrong, { ignoreIndex: 200 }).item()).toBeGreaterThan(0);
    });

    it.each<[() => unknown, string]>([
      [() => softmaxCrossEntropy(logits, tensor(labels)), 'labels must have shape [2, 3, 4], but has [24]'],
      [
        () => softmaxCrossEntropy(logits, tensor(dense, [24, 5])),
        'target must have shape [2, 3, 4, 5], but has [24, 5]',
      ],
      [
        () => softmaxCrossEntropy(logits, tensor(labels, [2, 3, 4]), { sampleWeights: [1, 2, 3] }),
        'sampleWeights must have shape [2, 3, 4], but has [3]',
      ],
      [
        () => softmaxCrossEntropy(logits, tensor(Uint8Array.from(labels), [2, 3, 4]), { ignoreIndex: -1 }),
        'ignoreIndex is -1, which no uint8 label can be',
      ],
      [
        () => softmaxCrossEntropy(tensor(new Float64Array(0), [2, 0, 5]), tensor(new Int32Array(0), [2, 0])),
        'logits must not be empty, but have shape [2, 0, 5]',
      ],
    ])('rejects %#: %s', (call, message) => {
      expect(call).toThrow(`softmaxCrossEntropy: ${message}`);
    });
  });

  it('takes labels as bytes, too', async () => {
    const logits = tensor(noise(35), [5, 7]);
    const labels = labelsFor(5, 7);
    const of = (target: Tensor) => {
      const { value, gradients } = valueAndGradients(() => softmaxCrossEntropy(logits, target), [logits]);
      return Promise.all([values(value), values(gradients[0] as Tensor)]);
    };
    expect(await of(tensor(Uint8Array.from(labels)))).toEqual(await of(tensor(labels)));
  });

  it('has the gradient (p − q) / batch, whose rows sum to zero', async () => {
    const logits = tensor(
      [
        [2, 1, 0],
        [0, 0, 0],
      ],
      [2, 3],
      'float64',
    );
    const { gradients } = valueAndGradients(
      () => softmaxCrossEntropy(logits, tensor(new Int32Array([0, 2]))),
      [logits],
    );
    const dz = await values(gradients[0] as Tensor);
    const total = Math.exp(2) + Math.exp(1) + 1;
    const p = [Math.exp(2) / total, Math.exp(1) / total, 1 / total, 1 / 3, 1 / 3, 1 / 3];
    for (const [index, d] of dz.entries())
      expect(d).toBeCloseTo(((p[index] as number) - (index === 0 || index === 5 ? 1 : 0)) / 2, 14);
    expect((dz[0] as number) + (dz[1] as number) + (dz[2] as number)).toBeCloseTo(0, 15);
  });

  it('gives the worked numbers: 0.407606, and 0.507606 with smoothing 0.1', async () => {
    const [logits, labels] = [tensor([[2, 1, 0]]), tensor(new Int32Array([0]))];
    expect(await softmaxCrossEntropy(logits, labels).item()).toBeCloseTo(0.407606, 6);
    expect(await softmaxCrossEntropy(logits, labels, { labelSmoothing: 0.1 }).item()).toBeCloseTo(0.507606, 6);
  });

  it('stays finite and accurate for huge logits', async () => {
    const logits = tensor([
      [1000, 0],
      [-1000, -1001],
      [1e6, 1e6],
    ]);
    const { value, gradients } = valueAndGradients(
      () => softmaxCrossEntropy(logits, tensor(new Int32Array([1, 0, 0])), { reduction: 'sum' }),
      [logits],
    );
    expect(await value.item()).toBeCloseTo(1000 + Math.log1p(Math.exp(-1)) + Math.log(2), 3);
    const dz = await values(gradients[0] as Tensor);
    const p = 1 / (1 + Math.exp(1));
    for (const [index, expected] of [1, -1, -p, p, -0.5, 0.5].entries()) expect(dz[index]).toBeCloseTo(expected, 6);
  });

  it('takes logits of −∞ for classes that are ruled out', async () => {
    const loss = softmaxCrossEntropy(tensor([[0, Number.NEGATIVE_INFINITY, 0]]), tensor(new Int32Array([2])));
    expect(await loss.item()).toBeCloseTo(Math.log(2), 6);
  });

  it('passes NaN on', async () => {
    expect(await softmaxCrossEntropy(tensor([[Number.NaN, 1]]), tensor(new Int32Array([1]))).item()).toBeNaN();
  });

  it.each([-1, 3, 2_000_000_000, -2_000_000_000])('rejects at the next await when a label is %d', async (label) => {
    const logits = tensor([
      [2, 1, 0],
      [1, 2, 3],
    ]);
    const labels = tensor(new Int32Array([0, label]));
    const { value, gradients } = valueAndGradients(() => softmaxCrossEntropy(logits, labels), [logits]);
    const failure = await value.item().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NativeError);
    expect((failure as Error).message).toMatch(
      new RegExp(`softmax.*: labels\\[1\\] is ${label}, outside of the classes 0 to 2`, 'i'),
    );
    expect(await values(gradients[0] as Tensor)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await softmaxCrossEntropy(logits, tensor(new Int32Array([0, 0]))).item()).toBeGreaterThan(0);
  });

  it('gives the same bits for any number of threads', async () => {
    const logits = tensor(new Float32Array(noise(4000 * 37)), [4000, 37]);
    const labels = tensor(labelsFor(4000, 37));
    const [one, ...others] = await withThreads(async () => {
      const { value, gradients } = valueAndGradients(
        () => softmaxCrossEntropy(logits, labels, { labelSmoothing: 0.1 }),
        [logits],
      );
      return [await values(value), await values(gradients[0] as Tensor)];
    });
    for (const other of others) expect(other).toEqual(one);
  });

  it('rejects what does not fit', () => {
    const logits = tensor([[2, 1, 0]]);
    const labels = tensor(new Int32Array([0]));
    expect(() => softmaxCrossEntropy(tensor([1, 2]), labels)).toThrow(
      'softmaxCrossEntropy: logits must have at least 2 axes [batch, ..., classes], but has shape [2]',
    );
    expect(() => softmaxCrossEntropy(logits, tensor([0]))).toThrow(
      'softmaxCrossEntropy: labels must be int32 or uint8, but is float32',
    );
    expect(() => softmaxCrossEntropy(logits, tensor(new Int32Array(2)))).toThrow(
      'softmaxCrossEntropy: labels must have shape [1], but has [2]',
    );
    expect(() => softmaxCrossEntropy(logits, labels, { labelSmoothing: 2 })).toThrow(
      'labelSmoothing must be a finite number from 0 to 1, but received 2',
    );
    expect(() => softmaxCrossEntropy(logits, labels, { reduction: 'max' as never })).toThrow(
      "reduction must be one of 'mean', 'sum', 'none', but received 'max'",
    );
    expect(() => softmaxCrossEntropy(tensor(new Float32Array(0), [0, 3]), tensor(new Int32Array(0)))).toThrow(
      'logits must not be empty, but have shape [0, 3]',
    );
  });
});
