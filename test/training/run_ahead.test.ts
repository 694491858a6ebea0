import { expect, it } from 'vitest';
import { synchronize } from '../../lib/native.js';
import { relu } from '../../lib/ops/relu.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { RunAhead, runAheadFor } from '../../lib/training/run_ahead.js';

it('is two updates, and fewer where they would fill the queue of 1024 calls', () => {
  expect([0, 50, 341, 342, 512, 513, 2000].map(runAheadFor)).toEqual([2, 2, 2, 1, 1, 0, 0]);
});

it('is found from the first updates', async () => {
  const small = new RunAhead();
  expect(small.observe(() => 'what the update gives')).toBe('what the update gives');
  expect(small.limit).toBe(2);

  const deep = new RunAhead();
  const x = tensor(new Float32Array(1 << 20));
  deep.observe(() => {
    for (let i = 0; i < 800; i++) relu(x).dispose();
  });
  expect(deep.limit).toBeLessThan(2);
  await synchronize();
});
