import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { gather } from '../../lib/ops/gather.js';
import { NativeError } from '../../lib/tensor/errors.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { expectAdjoint, gradientOf } from '../support/operators.js';
import { lengths, noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const indices = (...list: number[]) => tensor(new Int32Array(list));

describe('gather', () => {
  it.each(['float32', 'float64', 'int32', 'uint8'] as const)('chooses rows, in %s', async (dtype) => {
    for (const width of lengths.slice(0, 17)) {
      const rows = [0, 1, 2, 3].map((row) => Array.from({ length: width }, (_, i) => (row * width + i) % 251));
      const y = gather(tensor(rows, undefined, dtype), indices(3, 0, 3));
      expect([y.shape, y.dtype]).toEqual([[3, width], dtype]);
      expect(await values(y)).toEqual([3, 0, 3].flatMap((row) => rows[row] as number[]));
    }
  });

  it('puts the shape of the indices in the place of the axis', async () => {
    const x = tensor(
      Array.from({ length: 24 }, (_, i) => i),
      [2, 3, 4],
    );
    const chosen = tensor([[2, 0]], [1, 2], 'int32');
    expect(gather(x, chosen, { axis: 1 }).shape).toEqual([2, 1, 2, 4]);
    expect(await values(gather(x, chosen, { axis: -1 }))).toEqual([2, 0, 6, 4, 10, 8, 14, 12, 18, 16, 22, 20]);
    expect(await values(gather(tensor([5, 6]), tensor(1, [], 'int32')))).toEqual([6]);
    expect(gather(x, indices()).shape).toEqual([0, 3, 4]);
  });

  it('has the gradient that differences give, which is its adjoint, also where an index occurs often', async () => {
    const chosen = indices(3, 0, 3, 3, 1);
    await checkGradient((x) => gather(x, chosen), [tensor(noise(20), [4, 5])]);
    await checkGradient((x) => gather(x, chosen, { axis: 1 }), [tensor(noise(40), [2, 4, 5])]);
    for (const length of lengths) await expectAdjoint((x) => gather(x, chosen), [5, length]);
    await expectAdjoint((x) => gather(x, chosen, { axis: -1 }), [7, 4]);
  });

  it('gives the same bits for any number of threads', async () => {
    const table = tensor(new Float32Array(noise(64_000)), [4000, 16]);
    const chosen = tensor(Int32Array.from({ length: 20_000 }, (_, i) => (i * i) % 4000));
    const dy = noise(320_000);
    const [one, ...others] = await withThreads(() => gradientOf(() => gather(table, chosen), table, dy));
    for (const other of others) expect(other).toEqual(one);
  });

  it('rejects an index outside when the result is read', async () => {
    const read = (...list: number[]) => gather(zeros([4, 2]), indices(...list)).data();
    await expect(read(0, 4)).rejects.toThrow(NativeError);
    await expect(read(0, 4)).rejects.toThrow('indices[1] is 4, outside of 0 to 3');
    await expect(read(-1)).rejects.toThrow('indices[0] is -1, outside of 0 to 3');
  });

  it('names what does not fit', () => {
    const x = zeros([4, 2]);
    expect(() => gather(x, tensor([1]))).toThrow('gather: indices must be int32, but is float32');
    expect(() => gather(x, indices(1), { axis: 2 })).toThrow(
      'gather: axis 2 is not one of shape [4, 2], which has 2 axes',
    );
    expect(() => gather(tensor(1), indices(0))).toThrow('gather: axis 0 is not one of shape [], which has 0 axes');
    expect(() => gather(x, [1] as never)).toThrow('gather: indices must be a tensor, but received an array');
    expect(() => gather(x, indices(1), { axes: 0 } as never)).toThrow("gather: unknown option 'axes'; it takes axis");
  });
});
