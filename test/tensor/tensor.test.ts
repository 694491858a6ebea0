import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Parameter } from '../../lib/tensor/parameter.js';
import { ones, Tensor, tensor, zeros } from '../../lib/tensor/tensor.js';
import { values } from '../support/tensors.js';

describe('tensor', () => {
  it('takes numbers, nested arrays and typed arrays', async () => {
    expect([tensor(3).shape, tensor([]).shape, tensor([[1, 2, 3]]).shape]).toEqual([[], [0], [1, 3]]);
    expect(
      await values(
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toEqual([1, 2, 3, 4]);
    expect(tensor(new Uint8Array(2)).dtype).toBe('uint8');
    expect(tensor(new Float64Array(6), [2, 3]).dtype).toBe('float64');
    expect(await values(tensor([1.5, -1.5], [2], 'int32'))).toEqual([1, -1]);
  });

  it('copies: later changes of the source do not show', async () => {
    const source = Float32Array.of(1, 2);
    const t = tensor(source);
    source[0] = 9;
    expect(await values(t)).toEqual([1, 2]);
  });

  it('keeps its values while the memory of released tensors is reused', async () => {
    const pending = [];
    for (let i = 0; i < 200; i++) {
      const t = tensor(new Float32Array(1000).fill(i));
      pending.push(t.data());
      t.dispose();
    }
    for (const [i, data] of (await Promise.all(pending)).entries()) expect(new Set(data)).toEqual(new Set([i]));
  });

  it('has zeros and ones', async () => {
    expect(await values(zeros([2]))).toEqual([0, 0]);
    expect(await values(ones([1, 2], 'int32'))).toEqual([1, 1]);
    expect(await values(ones([3], 'uint8'))).toEqual([1, 1, 1]);
    expect(await values(zeros([], 'float64'))).toEqual([0]);
    expect(await values(ones([0, 2]))).toEqual([]);
    const large = await values(ones([100_003]));
    expect(large.every((value) => value === 1)).toBe(true);
  });

  it('has zeros without a copy of them in JavaScript', async () => {
    const before = process.memoryUsage().arrayBuffers;
    using large = zeros([8_000_000]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    expect(large.shape).toEqual([8_000_000]);
  });

  it('prints what it is', () => {
    const t = tensor([[1, 2]]);
    expect(inspect(t)).toBe('Tensor float32 [1, 2]');
    t.dispose();
    expect(inspect(t)).toBe('Tensor float32 [1, 2] (disposed)');
  });

  it('can be declared with using', () => {
    let seen: Tensor;
    {
      using t = tensor([1]);
      seen = t;
    }
    expect(seen.isDisposed).toBe(true);
  });

  it('gives its only element', async () => {
    expect(await tensor([[7]]).item()).toBe(7);
    await expect(tensor([1, 2]).item()).rejects.toThrow(
      'item: expected a tensor with one element, but received shape [2]',
    );
  });
});

describe('Parameter', () => {
  it('is filled with one value that its dtype holds', async () => {
    const [weight, bytes] = [new Parameter('w', [3]), new Parameter('b', [2], { dtype: 'uint8' })];
    weight.fill(0.5);
    bytes.fill(255);
    expect([await values(weight), await values(bytes)]).toEqual([
      [0.5, 0.5, 0.5],
      [255, 255],
    ]);
    expect([weight.version, bytes.version]).toEqual([1, 1]);
    expect(() => bytes.fill(256)).toThrow('parameter "b": value must be one that uint8 holds, but received 256');
    expect(() => bytes.fill(0.5)).toThrow('parameter "b": value must be one that uint8 holds, but received 0.5');
    expect(() => weight.fill(Number.NaN)).toThrow('parameter "w": value must be a finite number, but received NaN');
    weight.dispose();
    expect(() => weight.fill(0)).toThrow('parameter "w" was used after its memory had been released');
  });

  it('is overwritten in place, and counts it', async () => {
    const p = new Parameter('w', [2]);
    p.assign(Float32Array.of(1, 2));
    expect(await values(p)).toEqual([1, 2]);
    p.assign(tensor([3, 4]));
    expect(await values(p)).toEqual([3, 4]);
    expect(p.version).toBe(2);
    expect(p).toBeInstanceOf(Tensor);
  });

  it.each<[string, (p: Parameter) => void, string]>([
    ['another shape', (p) => p.assign(tensor([[1, 2]])), 'parameter "w": expected shape [2], but received [1, 2]'],
    [
      'too many values',
      (p) => p.assign(new Float32Array(3)),
      'parameter "w": expected 2 values for shape [2], but received 3',
    ],
    [
      'another dtype',
      (p) => p.assign(new Float64Array(2)),
      'parameter "w": expected float32 values, but received float64',
    ],
  ])('rejects %s', (_, assign, message) => {
    expect(() => assign(new Parameter('w', [2]))).toThrow(message);
  });
});
