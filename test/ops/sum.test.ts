import { describe, expect, it } from 'vitest';
import { setThreads } from '../../lib/native.js';
import { sum } from '../../lib/ops/sum.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { accurateSum, checkGradientAndReduction } from '../support/reduction.js';
import { noise, values } from '../support/tensors.js';

describe('sum', () => {
  checkGradientAndReduction('sum', sum, accurateSum);

  it('stays accurate over millions of float32 numbers', async () => {
    const x = new Float32Array(3_000_000).fill(0.1);
    const exact = (x[0] as number) * x.length;
    expect(Math.abs((await sum(tensor(x)).item()) / exact - 1)).toBeLessThan(1e-6);
    const columns = await values(sum(tensor(x, [300_000, 10]), { axes: 0 }));
    for (const column of columns) expect(Math.abs((column * 10) / exact - 1)).toBeLessThan(1e-6);
  });

  it('is 0 over nothing', async () => {
    expect(await values(sum(zeros([2, 0]), { axes: 1 }))).toEqual([0, 0]);
    expect(await values(sum(zeros([0, 2]), { axes: 1 }))).toEqual([]);
  });

  it('has the same bits for every number of threads', async () => {
    const x = tensor(Float32Array.from(noise(300_000)), [1000, 300]);
    const both = async () => [await sum(x).item(), ...(await values(sum(x, { axes: 0 })))];
    setThreads(1);
    const alone = await both();
    setThreads(4);
    expect(await both()).toEqual(alone);
  });
});
