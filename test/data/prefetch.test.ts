import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { collect, counted, labelsOf } from './support.js';

/** Ten batches of one sample, each taking a moment to make; `made` tells how many were started. */
function slow(fail?: number) {
  const log = { made: 0 };
  const dataset = counted(10)
    .map(async (sample, { index }) => {
      log.made++;
      await sleep(2);
      if (index === fail) throw new Error(`sample ${index}`);
      return sample;
    })
    .batch(1);
  return { dataset, log };
}

describe('prefetch', () => {
  it('changes nothing but the time of the work', async () => {
    const { dataset } = slow();
    expect(await labelsOf(dataset.prefetch(3))).toEqual(await labelsOf(dataset));
    expect(dataset.prefetch(3)).toMatchObject({ size: 10, batchSize: 1, batchesPerEpoch: 10 });
    expect(await labelsOf(dataset.prefetch(100).prefetch(1), 2, 9)).toEqual([[9]]);
  });

  it('works ahead of the consumer, but no further than asked', async () => {
    const { dataset, log } = slow();
    let consumed = 0;
    for await (const _ of dataset.prefetch(3).batches()) {
      consumed++;
      await sleep(30);
      expect(log.made).toBe(Math.min(consumed + 3, 10));
    }
  });

  it('does nothing before the first batch is asked for', async () => {
    const { dataset, log } = slow();
    dataset.prefetch(3).batches();
    await sleep(10);
    expect(log.made).toBe(0);
  });

  it('gives the batches before an error, then the error', async () => {
    const { dataset } = slow(4);
    const seen: number[] = [];
    const consume = async () => {
      for await (const { y } of dataset.prefetch(3).batches()) {
        seen.push(...y.data);
        await sleep(20); // long enough for the failure to wait unclaimed
      }
    };
    await expect(consume()).rejects.toThrow('sample 4');
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('stops when the consumer leaves', async () => {
    const { dataset, log } = slow(3);
    for await (const _ of dataset.prefetch(3).batches()) break;
    const made = log.made;
    await sleep(50);
    expect(log.made).toBeLessThanOrEqual(made + 1); // the one in the making
  });

  it('rejects a pending batch at once when aborted, and stops', async () => {
    const dataset = counted(4)
      .map((sample) => sleep(60_000, sample, { ref: false }))
      .batch(1)
      .prefetch(2);
    const controller = new AbortController();
    const pending = dataset.batches({ signal: controller.signal })[Symbol.asyncIterator]().next();
    await sleep(5);
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
  });

  it('rejects between batches when aborted, with and without prefetch', async () => {
    for (const dataset of [counted(9).batch(1), counted(9).batch(1).prefetch(2)]) {
      const controller = new AbortController();
      let seen = 0;
      const consume = async () => {
        for await (const _ of dataset.batches({ signal: controller.signal })) if (++seen === 3) controller.abort();
      };
      await expect(consume()).rejects.toMatchObject({ name: 'AbortError' });
      expect(seen).toBe(3);
      await expect(
        (async () => {
          for await (const _ of dataset.batches({ signal: AbortSignal.abort() }));
        })(),
      ).rejects.toMatchObject({ name: 'AbortError' });
    }
  });

  it('leaves no listener on a signal that lives on', async () => {
    const { signal } = new AbortController();
    for await (const _ of counted(9).batch(1).prefetch(2).batches({ signal }));
    for await (const _ of counted(9).batch(1).prefetch(2).batches({ signal })) break;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('serves several epochs at once', async () => {
    const dataset = counted(20).shuffle({ seed: 1 }).batch(3).prefetch(2);
    const epochs = await Promise.all([0, 1, 0].map((epoch) => collect(dataset, epoch)));
    expect(epochs[0]).toEqual(epochs[2]);
    expect(epochs[0]).not.toEqual(epochs[1]);
  });
});
