import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { meanSquaredError, softmaxCrossEntropy } from '../../lib/losses/index.js';
import { DTypeError, ShapeError } from '../../lib/tensor/errors.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { noise } from '../support/tensors.js';

describe('softmaxCrossEntropy', () => {
  // torch.nn.functional.cross_entropy(torch.tensor([[1., 2., 3.], [-1., 0., 1000.]]), torch.tensor([0, 2]), label_smoothing=e)
  it.each([
    [0, 1.2038029432296753],
    [0.1, 34.50380325317383],
  ])('with smoothing %f is that of PyTorch', async (labelSmoothing, expected) => {
    const logits = tensor([
      [1, 2, 3],
      [-1, 0, 1000],
    ]);
    expect(await softmaxCrossEntropy(logits, tensor(Int32Array.of(0, 2)), { labelSmoothing }).item()).toBeCloseTo(
      expected,
      5,
    );
  });

  it('has the gradient that differences give', async () => {
    const labels = tensor(Int32Array.of(1, 0, 2));
    await checkGradient((logits) => softmaxCrossEntropy(logits, labels), [tensor(noise(12), [3, 4])]);
  });
});

describe('meanSquaredError', () => {
  it('is the mean over batch and outputs', async () => {
    expect(
      await meanSquaredError(
        tensor([
          [1, 2],
          [3, 4],
        ]),
        tensor([
          [0, 2],
          [3, 6],
        ]),
      ).item(),
    ).toBe(5 / 4);
  });

  it('has the gradient that differences give', async () => {
    await checkGradient(meanSquaredError, [tensor(noise(6), [2, 3]), tensor(noise(6, 2), [2, 3])]);
  });

  it('does not broadcast', () => {
    expect(() => meanSquaredError(tensor([[1], [2]]), tensor([1, 2]))).toThrow(ShapeError);
    expect(() => meanSquaredError(tensor([1, 2]), tensor(Int32Array.of(1, 2)))).toThrow(DTypeError);
  });
});
