// Losses and metrics of bfloat16: computed in float32, so that they are what the same numbers give there. Gradients are rounded.
import { describe, expect, it } from 'vitest';
import {
  losses,
  metrics,
  ops,
  optimizers,
  Parameter,
  type Tensor,
  tensor,
  valueAndGradients,
} from '../../lib/index.js';
import { noise, values } from '../support/tensors.js';

const narrow = (shape: readonly number[], seed: number): Tensor =>
  tensor(
    [
      ...noise(
        shape.reduce((a, b) => a * b, 1),
        seed,
      ),
    ],
    shape,
    'bfloat16',
  );

const logits = narrow([3, 8], 1);
const labels = tensor(Int32Array.of(3, 7, 0));
const bits = tensor(
  [...noise(24, 2)].map((v) => (v > 0 ? 1 : 0)),
  [3, 8],
);
const distributions = ops.softmax(tensor([...noise(24, 3)], [3, 8]));
const digits = tensor(Int32Array.of(1, 0, 1, 2, 1, 1, 0, 0, 1), [3, 3]);
const heads = { digits: 2, classes: 2, lengths: 4 };

describe('losses of bfloat16', () => {
  const all: Readonly<Record<string, readonly [(output: Tensor, target: Tensor) => Tensor, Tensor]>> = {
    binaryCrossEntropy: [(z, t) => losses.binaryCrossEntropy(z, t, { positiveWeight: 1.1 }), bits],
    digitSequence: [(z, t) => losses.digitSequence(z, t, heads), digits],
    focal: [losses.focal, bits],
    'focal of labels': [losses.focal, labels],
    hinge: [(z, t) => losses.hinge(z, t, { squared: true }), bits],
    huber: [losses.huber, bits],
    klDivergence: [losses.klDivergence, distributions],
    meanAbsoluteError: [losses.meanAbsoluteError, bits],
    meanSquaredError: [losses.meanSquaredError, bits],
    multiMargin: [(z, t) => losses.multiMargin(z, t, { classWeights: [1, 2, 3, 4, 5, 6, 7, 8.1] }), labels],
    softmaxCrossEntropy: [(z, t) => losses.softmaxCrossEntropy(z, t, { labelSmoothing: 0.1 }), labels],
    'softmaxCrossEntropy of distributions': [losses.softmaxCrossEntropy, distributions],
  };

  it('are all here', () => {
    const tested = new Set(Object.keys(all).map((name) => name.split(' ')[0]));
    const others = Object.keys(losses).filter((name) => !tested.has(name));
    expect(others.sort()).toEqual(['decodeDigitSequence', 'weighted']);
  });

  it.each(Object.entries(all))('%s is float32', async (_, [loss, target]) => {
    const wide = ops.cast(logits, 'float32');
    const given = valueAndGradients(() => loss(logits, target), [logits]);
    const expected = valueAndGradients(() => loss(wide, target), [wide]);
    expect(given.value.dtype).toBe('float32');
    expect(await values(given.value)).toEqual(await values(expected.value));
    expect(given.gradients[0]?.dtype).toBe('bfloat16');
    const rounded = ops.cast(expected.gradients[0] as Tensor, 'bfloat16');
    expect(await given.gradients[0]?.data()).toEqual(await rounded.data());
    if (target.dtype !== 'float32') return;
    const coarse = ops.cast(target, 'bfloat16');
    expect(loss(wide, coarse).dtype).toBe('float32');
    expect(await values(loss(logits, coarse))).toEqual(await values(loss(wide, ops.cast(coarse, 'float32'))));
  });
});

describe('metrics of bfloat16', () => {
  const yesNo = narrow([3, 2], 4);
  const answers = tensor(Int32Array.of(1, 0, 1));
  const all = {
    accuracy: () => [metrics.accuracy, logits, labels],
    auc: () => [metrics.auc, yesNo, answers],
    confusionMatrix: () => [metrics.f1(), logits, labels],
    coverage: () => [metrics.coverageAtAccuracy({ accuracy: 0.5 }), logits, labels],
    'coverage of sequences': () => [metrics.coverageAtAccuracy({ accuracy: 0.5, sequence: heads }), logits, digits],
    sequenceAccuracy: () => [metrics.sequenceAccuracy(heads), logits, digits],
    topKAccuracy: () => [metrics.topKAccuracy(3), logits, labels],
  } as unknown as Readonly<Record<string, () => [metrics.Metric | (() => metrics.Metric), Tensor, Tensor]>>;

  it.each(Object.entries(all))('%s measures what it measures in float32', async (_, make) => {
    const [made, output, target] = make();
    const metric = typeof made === 'function' ? made() : made;
    const given = await values(metric.measure(output, target));
    expect(given).toEqual(await values(metric.measure(ops.cast(output, 'float32'), target)));
  });
});

describe('updates', () => {
  it('refuse gradients of bfloat16 before anything is computed', () => {
    const parameter = new Parameter('w', [2]);
    const gradient = tensor([1, 2], [2], 'bfloat16');
    expect(() => optimizers.sgd({ learningRate: 0.1 }).step([parameter], [gradient])).toThrow(
      'the gradient of "w" is bfloat16, but the parameter is float32',
    );
  });
});
