import { describe, expect, it } from 'vitest';
import * as losses from '../../lib/losses/index.js';
import { ConvgradError } from '../../lib/tensor/errors.js';
import { tensor } from '../../lib/tensor/tensor.js';

const z = () => tensor([[2, 1, 0]]);
const label = () => tensor(Int32Array.of(0));
const target = () => tensor([[1, 0, 0]]);
const sequence = () => tensor(new Int32Array(3), [1, 3]);
const digits = () => tensor(new Float32Array(24), [1, 24]);

describe('losses reject what does not fit', () => {
  const elementwise = [
    { name: 'meanSquaredError', loss: losses.meanSquaredError },
    { name: 'meanAbsoluteError', loss: losses.meanAbsoluteError },
    { name: 'huber', loss: losses.huber },
    { name: 'binaryCrossEntropy', loss: losses.binaryCrossEntropy },
    { name: 'hinge', loss: losses.hinge },
    { name: 'focal', loss: losses.focal },
  ];
  it.each(elementwise)('$name', ({ name, loss }) => {
    expect(() => loss(z(), tensor([[1, 0]]))).toThrow(`${name}: target must have shape [1, 3], but has [1, 2]`);
    expect(() => loss(z(), tensor(new Float64Array(3), [1, 3]))).toThrow(
      `${name}: target is float64, but output is float32`,
    );
    expect(() => loss(tensor(new Int32Array(3)), tensor([1, 2, 3]))).toThrow(
      `${name}: output must be float32, float64 or bfloat16, but is int32`,
    );
    expect(() => loss(tensor([], [0, 3]), tensor([], [0, 3]))).toThrow(
      `${name}: output must not be empty, but has shape [0, 3]`,
    );
    expect(() => loss(z(), 1 as never)).toThrow(`${name}: target must be a tensor, but received number`);
  });

  it.each<[string, () => unknown, string]>([
    ['huber', () => losses.huber(z(), z(), { delta: 0 }), 'huber: delta must be above 0, but received 0'],
    ['huber', () => losses.huber(z(), z(), { beta: 1 } as never), "huber: unknown option 'beta'; it takes delta"],
    [
      'binaryCrossEntropy',
      () => losses.binaryCrossEntropy(z(), target(), { positiveWeight: -1 }),
      'binaryCrossEntropy: positiveWeight must be a finite number of at least 0, but received -1',
    ],
    ['hinge', () => losses.hinge(z(), target(), { squared: 2 as never }), 'hinge: squared must be true or false'],
    ['focal', () => losses.focal(z(), target(), { gamma: -1 }), 'focal: gamma must be a finite number of at least 0'],
    ['focal', () => losses.focal(z(), target(), { alpha: 2 }), 'focal: alpha must be a finite number from 0 to 1'],
    [
      'focal',
      () => losses.focal(z(), label(), { alpha: 0.5 }),
      'focal: alpha needs float targets, but they are labels',
    ],
    ['klDivergence', () => losses.klDivergence(z(), tensor([[1, 0]])), 'klDivergence: target must have shape [1, 3]'],
    [
      'klDivergence',
      () => losses.klDivergence(tensor([1]), tensor([1])),
      'klDivergence: logits must have at least 2 axes',
    ],
    [
      'klDivergence',
      () => losses.klDivergence(z(), label()),
      'klDivergence: target must be float32, float64 or bfloat16',
    ],
    [
      'klDivergence',
      () => losses.klDivergence(z(), tensor(new Float64Array(3), [1, 3])),
      'klDivergence: target is float64, but logits is float32',
    ],
    [
      'classWeights',
      () => losses.softmaxCrossEntropy(z(), label(), { classWeights: [1, 2] }),
      'softmaxCrossEntropy: classWeights must have shape [3], but has [2]',
    ],
    [
      'classWeights',
      () => losses.softmaxCrossEntropy(z(), label(), { classWeights: [1, -2, 1] }),
      'softmaxCrossEntropy: classWeights[1] must be a finite number of at least 0, but received -2',
    ],
    [
      'sampleWeights',
      () => losses.softmaxCrossEntropy(z(), label(), { sampleWeights: tensor(new Float64Array(1)) }),
      'softmaxCrossEntropy: sampleWeights is float64, but logits is float32',
    ],
    [
      'sampleWeights',
      () => losses.softmaxCrossEntropy(z(), label(), { sampleWeights: 'all' as never }),
      'softmaxCrossEntropy: sampleWeights must be a tensor, but received string',
    ],
    [
      'ignoreIndex',
      () => losses.softmaxCrossEntropy(z(), label(), { ignoreIndex: 0.5 }),
      'softmaxCrossEntropy: ignoreIndex must be a label, a 32-bit integer, but received 0.5',
    ],
    [
      'ignoreIndex',
      () => losses.softmaxCrossEntropy(z(), target(), { ignoreIndex: 255 }),
      'softmaxCrossEntropy: ignoreIndex needs labels, but the targets are distributions',
    ],
    [
      'reduction',
      () => losses.softmaxCrossEntropy(z(), label(), { reduction: 'sum' } as never),
      "softmaxCrossEntropy: unknown option 'reduction'",
    ],
    [
      'distributions',
      () => losses.softmaxCrossEntropy(z(), tensor([[1, 0]])),
      'softmaxCrossEntropy: target must have shape [1, 3], but has [1, 2]',
    ],
    [
      'digitSequence',
      () => losses.digitSequence(z(), sequence(), { digits: 2 }),
      'digitSequenceLoss: logits have 3 columns, but 4 lengths and 2 digits of 10 classes need 24',
    ],
    [
      'digitSequence',
      () => losses.digitSequence(digits(), label(), { digits: 2 }),
      'digitSequenceLoss: target must have shape [1, 3], but has [1]',
    ],
    [
      'digitSequence',
      () => losses.digitSequence(digits(), tensor([[1, 2, 3]]), { digits: 2 }),
      'digitSequenceLoss: target must be int32 or uint8, but is float32',
    ],
    [
      'digitSequence',
      () => losses.digitSequence(digits(), sequence(), { digits: -1 }),
      'digitSequenceLoss: digits must be a non-negative integer, but received -1',
    ],
    [
      'digitSequence',
      () => losses.digitSequence(digits(), sequence(), { heads: 2 } as never),
      "digitSequenceLoss: unknown option 'heads'; it takes digits, classes, lengths",
    ],
  ])('%s %#', (_, call, message) => {
    expect(call).toThrow(ConvgradError);
    expect(call).toThrow(message);
  });
});

it('all ignored: no loss', async () => {
  expect(await losses.softmaxCrossEntropy(z(), tensor(Int32Array.of(-1)), { ignoreIndex: -1 }).item()).toBe(0);
});
