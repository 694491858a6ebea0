/** Metrics against their definitions, the areas and matrices by PyTorch 1.13:
 *
 *     i = torch.arange(60.); z = ((i * 37) % 61 / 10 - 3).reshape(20, 3); y = (torch.arange(20) * 7 + 1) % 3
 *     p = z.argmax(1); c = torch.zeros(3, 3); c.index_put_((y, p), torch.ones(20), accumulate=True); print(c)
 *     tp, pred, act = c.diag(), c.sum(0), c.sum(1); print(tp / pred, tp / act, 2 * tp / (pred + act))
 *     s = z[:, 0]; t = y == 1; d = s[t][:, None] - s[~t][None]; print(((d > 0).float() + (d == 0).float() / 2).mean())
 *     q, top = (z * (1 + torch.arange(20) / 50)[:, None]).softmax(1).max(1); hit = top == y
 *     print([max([int((q >= h).sum()) for h in q if hit[q >= h].float().mean() >= a], default=0) for a in (.3, .4)])
 */
import { describe, expect, it } from 'vitest';
import * as metrics from '../../lib/metrics/index.js';
import { ArgumentError } from '../../lib/tensor/errors.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';

const z = Array.from({ length: 60 }, (_, i) => ((i * 37) % 61) / 10 - 3);
const y = Array.from({ length: 20 }, (_, i) => (i * 7 + 1) % 3);
const logits = (from = 0, to = 20) => tensor(z.slice(3 * from, 3 * to), [to - from, 3], 'float64');
type Part = (from: number, to: number) => Tensor;
const labels = (from = 0, to = 20) => tensor(Int32Array.from(y.slice(from, to)));

/** The metric over two batches. */
async function over(metric: metrics.Metric, output: Part = logits, target: Part = labels) {
  const running = new metrics.RunningMetric(metric);
  running.add(output(0, 7), target(0, 7));
  running.add(output(7, 20), target(7, 20));
  return running.result();
}

const matrix = [
  [1, 2, 3],
  [2, 3, 2],
  [1, 3, 3],
];
const scores = {
  precision: [0.25, 0.375, 0.375],
  recall: [0.16666666666666666, 0.42857142857142855, 0.42857142857142855],
  f1: [0.2, 0.4, 0.4],
};
const actual = matrix.map((row) => row.reduce((a, b) => a + b));

it('confusionMatrix sums up batches', async () => {
  const confusion = metrics.confusionMatrix();
  confusion.add(logits(0, 7), labels(0, 7));
  confusion.add(logits(7, 20), labels(7, 20));
  expect(await confusion.result()).toEqual(matrix);
  confusion.reset();
  await expect(confusion.result()).rejects.toThrow('confusionMatrix: no batch has been added');
});

describe.each([
  ['precision', metrics.precision],
  ['recall', metrics.recall],
  ['f1', metrics.f1],
] as const)('%s', (name, make) => {
  it('is that of a class, or an average', async () => {
    const each = scores[name];
    for (const [classIndex, value] of each.entries()) expect(await over(make({ classIndex }))).toBeCloseTo(value, 6);
    expect(await over(make())).toBeCloseTo(each.reduce((a, b) => a + b) / 3, 6);
    const weighted = each.reduce((sum, value, k) => sum + (value * (actual[k] as number)) / 20, 0);
    expect(await over(make({ average: 'weighted' }))).toBeCloseTo(weighted, 6);
    const right = matrix.reduce((sum, row, k) => sum + (row[k] as number), 0) / 20;
    expect(await over(make({ average: 'micro' }))).toBeCloseTo(right, 12);
  });

  it('is 0 for a class that never comes, and has a name', async () => {
    const metric = make({ classIndex: 1 });
    expect(metric.name).toBe(name);
    const sums = Float64Array.from(await metric.measure(tensor([[1, 0]]), tensor(Int32Array.of(0))).data());
    expect(metric.value(sums, 1)).toBe(0);
  });

  it('rejects what makes no sense', async () => {
    expect(() => make({ average: 'mean' as never })).toThrow(
      `${name}: average must be one of 'macro', 'weighted', 'micro'`,
    );
    expect(() => make({ classIndex: -1 })).toThrow(`${name}: classIndex must be a non-negative integer`);
    expect(() => make({ classIndex: 1, average: 'micro' })).toThrow(
      `${name}: expected average or classIndex, not both`,
    );
    expect(() => make({ class: 1 } as never)).toThrow(`${name}: unknown option 'class'`);
    await expect(over(make({ classIndex: 3 }))).rejects.toThrow(`${name}: classIndex is 3, but there are 3 classes`);
  });
});

describe('auc', () => {
  const column = (a: number, b: number) => tensor(z.filter((_, i) => i % 3 === 0).slice(a, b), [b - a, 1], 'float64');
  const isOne = (a: number, b: number) => tensor(Int32Array.from(y.slice(a, b), (label) => Number(label === 1)));
  it('is the area, from one logit or two, and labels or numbers', async () => {
    expect(await over(metrics.auc(), column, isOne)).toBeCloseTo(0.5494505494505495, 6);
    const two = (a: number, b: number) =>
      tensor(
        z
          .filter((_, i) => i % 3 === 0)
          .slice(a, b)
          .flatMap((v) => [1, v + 1]),
        [b - a, 2],
        'float64',
      );
    expect(await over(metrics.auc(), two, isOne)).toBeCloseTo(0.5494505494505495, 6);
    const floats = (a: number, b: number) =>
      tensor(
        y.slice(a, b).map((v) => Number(v === 1)),
        [b - a, 1],
        'float64',
      );
    expect(await over(metrics.auc(), column, floats)).toBeCloseTo(0.5494505494505495, 6);
  });

  it('counts equal scores half, and is NaN without positives', async () => {
    const flat = (a: number, b: number) => tensor(new Float32Array(b - a));
    expect(await over(metrics.auc(), flat, isOne)).toBe(0.5);
    const none = (a: number, b: number) => tensor(new Int32Array(b - a));
    expect(await over(metrics.auc(), flat, none)).toBeNaN();
  });

  it('rejects what does not fit', () => {
    const measure = (output: Tensor, target: Tensor) => () => metrics.auc().measure(output, target);
    expect(measure(tensor([[1, 2, 3]]), labels(0, 1))).toThrow('auc: output must be [batch], [batch, 1] or [batch, 2]');
    expect(measure(tensor([1]), labels(0, 2))).toThrow('auc: target must have shape [1], but has [2]');
    expect(measure(tensor(Int32Array.of(1)), labels(0, 1))).toThrow('auc: output must be float32, float64 or bfloat16');
    expect(measure(tensor([1]), tensor(new Float64Array(1)))).toThrow('auc: target is float64, but output is float32');
  });
});

describe('coverageAtAccuracy', () => {
  it('keeps as many of the most confident as it may', async () => {
    const distinct = (a: number, b: number) =>
      tensor(z.map((v, i) => v * (1 + Math.floor(i / 3) / 50)).slice(3 * a, 3 * b), [b - a, 3], 'float64');
    expect(await over(metrics.coverageAtAccuracy({ accuracy: 0.3 }), distinct)).toBeCloseTo(20 / 20, 12);
    expect(await over(metrics.coverageAtAccuracy({ accuracy: 0.4 }), distinct)).toBeCloseTo(7 / 20, 12);
    expect(await over(metrics.coverageAtAccuracy({ accuracy: 0 }), distinct)).toBe(1);
  });

  it('rejects what makes no sense', () => {
    const make = metrics.coverageAtAccuracy;
    expect(() => make({} as never)).toThrow('coverageAtAccuracy: accuracy must be a finite number from 0 to 1');
    expect(() => make({ accuracy: 98 })).toThrow('coverageAtAccuracy: accuracy must be a finite number from 0 to 1');
    expect(() => make({ accuracy: 1, sequence: { size: 5 } as never })).toThrow("unknown option 'size'");
    expect(() => make({ accuracy: 1, digits: 5 } as never)).toThrow("coverageAtAccuracy: unknown option 'digits'");
  });
});

describe('digit sequences', () => {
  const heads = { digits: 1, classes: 2, lengths: 2 };
  const output = () =>
    tensor([
      [5, 0, 0, 0],
      [0, 5, 3, 0],
      [0, 5, 3, 0],
      [0, 2, 0, 1],
    ]);
  const target = () => tensor(Int32Array.of(0, 9, 1, 0, 1, 1, 1, 1), [4, 2]);

  it('count as a whole', async () => {
    const metric = metrics.sequenceAccuracy(heads);
    const sums = Float64Array.from(await metric.measure(output(), target()).data());
    expect(metric.value(sums, 4)).toBe(3 / 4);
  });

  it('are covered in the order of their probability', async () => {
    const metric = metrics.coverageAtAccuracy({ accuracy: 1, sequence: heads });
    const sums = Float64Array.from(await metric.measure(output(), target()).data());
    expect(metric.value(sums, 4)).toBe(1 / 4); // the second and third are equally sure, and one is wrong
  });

  it('reject what does not fit', () => {
    expect(() => metrics.sequenceAccuracy({ size: 1 } as never)).toThrow(ArgumentError);
    const { measure } = metrics.sequenceAccuracy(heads);
    expect(() => measure(tensor([[1]]), target())).toThrow('logits have 1 columns');
    expect(() => measure(output(), labels(0, 4))).toThrow('target must have shape [4, 2], but has [4]');
    expect(() => metrics.sequenceAccuracy({ digits: -1 }).measure(output(), target())).toThrow('digits must be');
  });
});
