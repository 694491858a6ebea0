import { describe, expect, expectTypeOf, it } from 'vitest';
import { accuracy, coverageAtAccuracy, f1, type Metric, RunningMetric, topKAccuracy } from '../../lib/metrics/index.js';
import { memory } from '../../lib/native.js';
import { ArgumentError, ShapeError } from '../../lib/tensor/errors.js';
import { tensor } from '../../lib/tensor/tensor.js';

const logits = () =>
  tensor([
    [0.1, 0.9, 0.5],
    [0.8, 0.1, 0.3],
    [0.2, 0.3, 0.4],
    [0.5, 0.6, 0.7],
  ]);
const labels = () => tensor(Int32Array.of(1, 2, 0, 1));

async function measured(metric: Metric): Promise<number> {
  return metric.value(Float64Array.from(await metric.measure(logits(), labels()).data()), 4);
}

describe('accuracy', () => {
  it('is the share of samples whose label has the highest logit', async () => {
    expect(await measured(accuracy())).toBe(1 / 4);
    expect(await measured(topKAccuracy(2))).toBe(3 / 4);
    expect(await measured(topKAccuracy(3))).toBe(1);
  });

  it('is the share of pixels where each has logits and a label', async () => {
    const [pixels, of] = [tensor(await logits().data(), [1, 2, 2, 3]), tensor(Uint8Array.of(1, 2, 0, 1), [1, 2, 2])];
    for (const [metric, share] of [
      [accuracy(), 1 / 4],
      [topKAccuracy(2), 3 / 4],
      [f1({ average: 'weighted' }), 1 / 3],
    ] as const) {
      const running = new RunningMetric(metric);
      running.add(pixels, of);
      expect(await running.result()).toBeCloseTo(share, 7);
      running.reset();
      running.add(logits(), labels());
      expect(await running.result()).toBeCloseTo(share, 7);
    }
    expect(() => coverageAtAccuracy({ accuracy: 1 }).measure(pixels, of)).toThrow(
      'coverageAtAccuracy: logits must have 2 axes [batch, classes], but has shape [1, 2, 2, 3]',
    );
  });

  it('has a name that the compiler knows', () => {
    expectTypeOf(accuracy().name).toEqualTypeOf<'accuracy'>();
    expectTypeOf(topKAccuracy(5).name).toEqualTypeOf<'top5Accuracy'>();
    expect([accuracy().name, topKAccuracy(5).name]).toEqual(['accuracy', 'top5Accuracy']);
  });

  it('rejects a k that makes no sense', () => {
    expect(() => topKAccuracy(0)).toThrow(ArgumentError);
    expect(() => topKAccuracy(4).measure(logits(), labels())).toThrow('topKCorrect: k must not exceed the 3 classes');
  });
});

describe('RunningMetric', () => {
  it('sums up batches of different sizes, without waiting and without keeping memory', async () => {
    const running = new RunningMetric(accuracy());
    const [x, y] = [logits(), labels()];
    const before = memory().liveBytes;
    for (let i = 0; i < 100; i++) running.add(x, y);
    running.add(tensor([[0, 1]]), tensor(Int32Array.of(1)));
    expect(memory().liveBytes - before).toBeLessThan(1000);
    expect(await running.result()).toBe(101 / 401);
    running.reset();
    await expect(running.result()).rejects.toThrow('accuracy: no batch has been added');
    running.add(x, y);
    expect(await running.result()).toBe(1 / 4);
  });

  it('reports a failure to who asks for the result', async () => {
    const running = new RunningMetric(accuracy());
    expect(() => running.add(logits(), tensor(Int32Array.of(1)))).toThrow(ShapeError);
    running.add(logits(), tensor(Int32Array.of(1, 2, 9, 1)));
    await expect(running.result()).rejects.toThrow('label');
  });
});
