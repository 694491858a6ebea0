// Memory that nobody disposes of: scopes, garbage collection, back-pressure, limits.
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { memory, native, setMemoryLimit, synchronize } from '../../lib/native.js';
import { relu } from '../../lib/ops/relu.js';
import { reshape } from '../../lib/ops/reshape.js';
import { scope } from '../../lib/tensor/scope.js';
import { ones, type Tensor, tensor } from '../../lib/tensor/tensor.js';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Collects garbage until the native side has released what it stood for. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    gc();
    await setImmediate();
  }
  await synchronize();
}

describe('memory', () => {
  afterEach(() => setMemoryLimit(0));

  it('of temporaries is released by their scope, that of results is kept', () => {
    const before = memory().liveBuffers;
    const kept = scope(() => {
      const x = ones([100]);
      relu(relu(x));
      return { outputs: [relu(x)] };
    });
    expect(memory().liveBuffers).toBe(before + 1);
    expect(kept.outputs[0]?.isDisposed).toBe(false);
  });

  it('of everything is released when a scope throws', () => {
    const before = memory().liveBuffers;
    expect(() => scope(() => [ones([10]), relu(tensor(new Int32Array(1)))])).toThrow('must be float32');
    expect(memory().liveBuffers).toBe(before);
  });

  it('of a result moves to the outer scope', () => {
    const before = memory().liveBuffers;
    scope(() => {
      const inner: Tensor = scope(() => relu(ones([3])));
      expect(inner.isDisposed).toBe(false);
    });
    expect(memory().liveBuffers).toBe(before);
  });

  it('is shared by views and released with the last of them', async () => {
    const before = memory().liveBytes;
    const x = tensor([1, -2, 3, -4]);
    const view = reshape(x, [2, 2]);
    x.dispose();
    expect(Array.from(await view.data())).toEqual([1, -2, 3, -4]);
    view.dispose();
    expect(memory().liveBytes).toBe(before);
  });

  it('follows garbage collection outside scopes', async () => {
    await settle();
    const before = memory().liveBuffers;
    for (let i = 0; i < 100; i++) relu(ones([10]));
    await settle();
    expect(memory().liveBuffers).toBeLessThanOrEqual(before);
  });

  it('stays bounded in a loop that never yields', async () => {
    await settle();
    native.resetPeakMemory();
    const x = ones([250_000]);
    for (let i = 0; i < 6000; i++) relu(x); // 6 GB, were it kept
    expect(memory().peakBytes).toBeLessThan(1e9);
    await synchronize();
  });

  it('of garbage that has grown old makes room for what the limit would not let in', async () => {
    await settle();
    const before = memory().liveBytes;
    const makeOld = () => {
      const all = Array.from({ length: 20 }, () => ones([250_000]));
      gc(); // what survives is old: only a full collection finds out that it is garbage
      gc();
      return all.length;
    };
    expect(makeOld()).toBe(20);
    expect(memory().liveBytes).toBeGreaterThan(before + 19_000_000);
    setMemoryLimit(memory().liveBytes + 1_000_000);
    using large = ones([4_000_000]); // without a visit to the event loop
    expect(memory().liveBytes).toBeLessThan(before + 18_000_000);
    expect(large.shape).toEqual([4_000_000]);
  });

  it('that exceeds the limit is refused with a typed error, and the process goes on', async () => {
    await settle();
    setMemoryLimit(memory().liveBytes + 1_000_000);
    expect(() => ones([1_000_000])).toThrow(/allocating 4000000 bytes would exceed the memory limit of \d+ bytes/);
    expect(() => relu(ones([200_000]))).toThrow(expect.objectContaining({ name: 'NativeError' }));
    setMemoryLimit(0);
    expect(Array.from(await relu(tensor([-1, 1])).data())).toEqual([0, 1]);
  });

  it('names a tensor that is used after its release', async () => {
    const x = ones([2, 3]);
    x.dispose();
    x.dispose();
    expect(() => relu(x)).toThrow('a tensor of shape [2, 3] was used after its memory had been released');
    await expect(x.data()).rejects.toThrow('was used after');
  });

  it('rejects asynchronous scopes and leaves nothing behind', () => {
    const before = memory().liveBuffers;
    expect(() => scope(async () => ones([5]))).toThrow(
      'scope: expected a synchronous function, but it returned a promise',
    );
    expect(memory().liveBuffers).toBe(before);
  });
});
