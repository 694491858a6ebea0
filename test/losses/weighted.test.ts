import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { meanAbsoluteError, meanSquaredError, weighted } from '../../lib/losses/index.js';
import { accuracy, of, RunningMetric } from '../../lib/metrics/index.js';
import { ArgumentError } from '../../lib/tensor/errors.js';
import { tensor } from '../../lib/tensor/tensor.js';

const [a, b] = [tensor([[1, 2]]), tensor([[5]])];
const loss = weighted({ a: meanSquaredError, b: [meanAbsoluteError, 0.25] });

describe('weighted', () => {
  it('is the weighted sum of the losses of the outputs', async () => {
    const targets = { a: tensor([[0, 0]]), b: tensor([[1]]) };
    expect(await loss({ a, b }, targets).item()).toBe(2.5 + 0.25 * 4);
  });

  it('shares a single target; outputs without a loss are left out', async () => {
    const shared = weighted({ a: meanSquaredError, again: [meanSquaredError, 2] });
    expect(await shared({ a, again: a, unused: b } as never, tensor([[0, 0]])).item()).toBe(7.5);
  });

  it('has the gradient that differences give', async () => {
    const [x, y] = [tensor([0.5, -1], [1, 2], 'float64'), tensor([2], [1, 1], 'float64')];
    const targets = { a: tensor([0, 0.25], [1, 2], 'float64'), b: tensor([1], [1, 1], 'float64') };
    await checkGradient((p, q) => loss({ a: p, b: q }, targets), [x, y]);
  });

  it.each([
    [
      'no record',
      () => weighted(meanSquaredError as never),
      'weighted: expected a loss per output, { main: loss, … }, but received a function',
    ],
    ['no losses', () => weighted({}), 'weighted: expected a loss per output'],
    [
      'a loss by name',
      () => weighted({ a: 'mse' as never }),
      "weighted: a must be a loss or [loss, weight], but received 'mse'",
    ],
    [
      'a weight of NaN',
      () => weighted({ a: [meanSquaredError, Number.NaN] }),
      'weighted: the weight of a must be a finite number, but received NaN',
    ],
    ['an output that is not there', () => loss({ a } as never, a), "weighted: there is no output 'b'; there is a"],
    [
      'a target that is not there',
      () => loss({ a, b }, { a } as never),
      "weighted: there is no target 'b'; there is a",
    ],
    ['a single output', () => loss(a as never, a), 'weighted: the model has a single output; give fit the loss itself'],
  ])('rejects %s', (_, run, message) => {
    expect(run).toThrow(ArgumentError);
    expect(run).toThrow(message);
  });
});

describe('metrics of an output', () => {
  const metric = of('digits', accuracy());
  const logits = tensor([
    [0, 1],
    [1, 0],
  ]);

  it('have its name, and measure it', async () => {
    expect([metric.name, metric.better]).toEqual(['digitsAccuracy', 'higher']);
    const labels = tensor([1, 1], [2], 'int32');
    for (const target of [labels, { digits: labels }]) {
      const measured = await metric.measure({ digits: logits }, target).data();
      expect(metric.value(Float64Array.from(measured), 2)).toBe(0.5);
    }
  });

  it('are summed up over batches', async () => {
    const running = new RunningMetric(metric);
    for (const label of [0, 1, 1]) running.add({ digits: logits }, tensor([label, label], [2], 'int32'));
    running.add({ digits: logits }, tensor([1, 0], [2], 'int32'));
    expect(await running.result()).toBe(5 / 8);
  });

  it.each([
    ['no name', () => of('', accuracy()), "of: expected the name of an output, but received ''"],
    [
      'no metric',
      () => of('a', 'accuracy' as never),
      "of: expected a metric of a, such as accuracy(), but received 'accuracy'",
    ],
    [
      'an output that is not there',
      () => metric.measure({ length: logits } as never, logits),
      "digitsAccuracy: there is no output 'digits'; there is length",
    ],
    [
      'a single output',
      () => metric.measure(logits as never, logits),
      'digitsAccuracy: the model has a single output; give the metric itself',
    ],
  ])('reject %s', (_, run, message) => {
    expect(run).toThrow(ArgumentError);
    expect(run).toThrow(message);
  });
});
