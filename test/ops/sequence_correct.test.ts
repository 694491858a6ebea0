import { expect, it } from 'vitest';
import { sequenceCorrect } from '../../lib/ops/sequence_correct.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { values } from '../support/tensors.js';

const rows = (...numbers: number[][]) =>
  tensor(Int32Array.from(numbers.flat()), [numbers.length, numbers[0]?.length ?? 0]);

it('has no partial credit, and looks no further than the length', async () => {
  const decoded = rows([2, 1, 7, -1], [2, 1, 7, -1], [1, 1, -1, -1], [0, -1, -1, -1], [4, 1, 2, 3]);
  const target = rows([2, 1, 7, 9], [2, 1, 8, 9], [2, 1, 7, 9], [0, 5, 5, 5], [4, 1, 2, 3]);
  expect(await values(sequenceCorrect(decoded, target))).toEqual([1, 0, 0, 1, 1]);
  expect(sequenceCorrect(decoded, target, 'float64').dtype).toBe('float64');
});

it('takes targets as bytes, too', async () => {
  const decoded = rows([2, 1, 7], [2, 1, 7], [0, -1, -1]);
  const target = tensor(Uint8Array.of(2, 1, 7, 2, 1, 8, 0, 5, 5), [3, 3]);
  expect(await values(sequenceCorrect(decoded, target))).toEqual([1, 0, 1]);
});

it('compares classes where there are no digits', async () => {
  expect(await values(sequenceCorrect(rows([3], [1]), rows([3], [2])))).toEqual([1, 0]);
});

it('rejects what does not fit', () => {
  expect(() => sequenceCorrect(rows([1, 2]), rows([1]))).toThrow('target must have shape [1, 2], but has [1, 1]');
  expect(() => sequenceCorrect(tensor([[1]]), rows([1]))).toThrow('decoded must be int32, but is float32');
  expect(() => sequenceCorrect(rows([1]), tensor([[1]]))).toThrow('target must be int32 or uint8, but is float32');
  expect(() => sequenceCorrect(tensor(Int32Array.of(1)), tensor(Int32Array.of(1)))).toThrow('must have 2 axes');
});
