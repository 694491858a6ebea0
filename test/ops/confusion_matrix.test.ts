import { expect, it } from 'vitest';
import { confusionMatrix } from '../../lib/ops/confusion_matrix.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { values } from '../support/tensors.js';

const logits = () =>
  tensor([
    [3, 1, 0],
    [0, 2, 1],
    [1, 1, 0],
    [0, 0, 5],
  ]);

it('counts a row per actual and a column per predicted class', async () => {
  const counts = confusionMatrix(logits(), tensor(Int32Array.of(0, 2, 1, 2)));
  expect(counts.shape).toEqual([3, 3]);
  expect(await values(counts)).toEqual([1, 0, 0, 1, 0, 0, 0, 1, 1]);
});

it('counts pixels, whose labels may be bytes', async () => {
  const pixels = tensor([
    [
      [3, 1, 0],
      [0, 2, 1],
    ],
    [
      [1, 1, 0],
      [0, 0, 5],
    ],
  ]);
  const counts = confusionMatrix(pixels, tensor(Uint8Array.of(0, 2, 1, 2), [2, 2]));
  expect(await values(counts)).toEqual([1, 0, 0, 1, 0, 0, 0, 1, 1]);
});

it('rejects what does not fit', async () => {
  await expect(confusionMatrix(logits(), tensor(Int32Array.of(0, 2, 3, 2))).data()).rejects.toThrow('labels[2] is 3');
  expect(() => confusionMatrix(logits(), tensor(Int32Array.of(0)))).toThrow('labels must have shape [4], but has [1]');
  expect(() => confusionMatrix(logits(), tensor([0, 1, 2, 0]))).toThrow(
    'labels must be int32 or uint8, but is float32',
  );
  expect(() => confusionMatrix(tensor([1]), tensor(Int32Array.of(0)))).toThrow('logits must have at least 2 axes');
});
