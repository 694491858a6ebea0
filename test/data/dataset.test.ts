import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { BatchSource, HostArray } from '../../lib/data/index.js';
import { fromArrays, randomShift } from '../../lib/data/index.js';
import { ArgumentError, ShapeError } from '../../lib/tensor/errors.js';
import { collect, counted, labelsOf } from './support.js';

const range = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i);
const sorted = (batches: number[][]) => batches.flat().sort((a, b) => a - b);

describe('batch', () => {
  it('stacks samples in order, and gives the rest as a smaller batch', async () => {
    const batches = await collect(counted(5).batch(2));
    expect(batches).toEqual(
      [[0, 1], [2, 3], [4]].map((rows, index) => ({
        x: {
          data: Uint8Array.from(rows.flatMap((row) => [row, row, row, row])),
          shape: [rows.length, 2, 2, 1],
          dtype: 'uint8',
        },
        y: { data: Int32Array.from(rows), shape: [rows.length], dtype: 'int32' },
        indices: Uint32Array.from(rows),
        epoch: 0,
        index,
      })),
    );
  });

  it('counts what an epoch holds', () => {
    expect(counted(5).batch(2)).toMatchObject({ size: 5, batchSize: 2, batchesPerEpoch: 3 });
    expect(counted(5).batch(2, { dropLast: true })).toMatchObject({ size: 4, batchSize: 2, batchesPerEpoch: 2 });
    expect(counted(5).batch(9)).toMatchObject({ size: 5, batchSize: 9, batchesPerEpoch: 1 });
  });

  it('drops the last batch on request', async () => {
    expect(await labelsOf(counted(5).batch(2, { dropLast: true }))).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('gives copies: a consumer may write into its batch', async () => {
    const dataset = counted(3).batch(3);
    for (const { x, y, indices } of await collect(dataset))
      for (const array of [x.data, y.data, indices]) array.fill(9);
    expect(await labelsOf(dataset)).toEqual([[0, 1, 2]]);
    expect((await collect(dataset))[0]?.x.data[11]).toBe(2);
  });
});

describe('shuffle', () => {
  it('shows every sample once an epoch, each epoch in another order, with its own pixels', async () => {
    const dataset = counted(100).shuffle({ seed: 1 }).batch(7);
    const epochs = await Promise.all([0, 1].map((epoch) => collect(dataset, epoch)));
    const orders = epochs.map((batches) => batches.map(({ y }) => [...y.data]));
    for (const order of orders) expect(sorted(order)).toEqual(range(0, 100));
    expect(new Set([JSON.stringify(range(0, 100)), ...orders.map((order) => JSON.stringify(order.flat()))]).size).toBe(
      3,
    );
    for (const { x, y, indices } of epochs.flat()) {
      expect([...y.data]).toEqual([...indices]);
      expect([...x.data]).toEqual([...indices].flatMap((i) => [i, i, i, i]));
    }
  });

  it('depends on the seed alone', async () => {
    const order = (seed: number) => labelsOf(counted(50).shuffle({ seed }).batch(8), 3);
    expect(await order(1)).toEqual(await order(1));
    expect(await order(1)).not.toEqual(await order(2));
  });
});

describe('resuming', () => {
  it('continues an epoch exactly, whatever the chain', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.maxSafeNat(),
        fc.nat(5),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(40),
        async (seed, epoch, size, batchSize, start) => {
          const dataset = counted(size)
            .shuffle({ seed })
            .map(({ x, y }, { index, epoch }) => ({
              x,
              y: { ...y, data: Int32Array.of((y.data[0] ?? 0) + 100 * index + epoch) },
            }))
            .batch(batchSize)
            .map(randomShift({ pixels: 1, seed }))
            .prefetch(2);
          const whole = await collect(dataset, epoch);
          const from = start % (dataset.batchesPerEpoch + 1);
          expect(await collect(dataset, epoch, from)).toEqual(whole.slice(from));
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('take, skip and split', () => {
  it('select without copying or mixing', async () => {
    const dataset = counted(10);
    expect(await labelsOf(dataset.take(3).batch(9))).toEqual([[0, 1, 2]]);
    expect(await labelsOf(dataset.skip(3).take(2).batch(9))).toEqual([[3, 4]]);
    expect(dataset.skip(0).size).toBe(10);
    const [train, validation] = dataset.split(0.8);
    expect([train.size, validation.size]).toEqual([8, 2]);
    expect(await labelsOf(validation.batch(9))).toEqual([[8, 9]]);
  });

  it('split at random once, the same for every epoch', async () => {
    const [train, validation] = counted(50).split(40, { seed: 5 });
    const [a, b] = await Promise.all([labelsOf(train.batch(64), 0), labelsOf(validation.batch(64), 0)]);
    expect(sorted([...a, ...b])).toEqual(range(0, 50));
    expect(sorted(b)).not.toEqual(range(40, 50));
    expect(await labelsOf(validation.batch(64), 7)).toEqual(b);
    expect(sorted(await labelsOf(train.shuffle({ seed: 1 }).batch(64), 7))).toEqual(sorted(a));
  });
});

describe('map', () => {
  it('maps samples, with the stacked shape and dtype of what comes out', async () => {
    const dataset = counted(4).map(async ({ x, y }, { index }) => {
      expect(x.shape).toEqual([2, 2, 1]);
      expect(y.shape).toEqual([]);
      return { x: { data: Float32Array.of(index / 2), shape: [1], dtype: 'float32' as const }, y };
    });
    const [first] = await collect(dataset.batch(3));
    expectTypeOf(dataset.batch(3)).toExtend<BatchSource<{ x: HostArray<'float32'>; y: HostArray<'int32'> }>>();
    expect(first?.x).toEqual({ data: Float32Array.of(0, 0.5, 1), shape: [3, 1], dtype: 'float32' });
    expect(first?.y).toEqual({ data: Int32Array.of(0, 1, 2), shape: [3], dtype: 'int32' });
  });

  it('rejects samples that do not stack', async () => {
    const dataset = counted(4).map(({ x, y }, { index }) => ({
      x: { ...x, data: x.data.slice(0, index + 1), shape: [index + 1] },
      y,
    }));
    await expect(collect(dataset.batch(4))).rejects.toThrow(
      new ShapeError(
        'map: x of sample 1 became uint8 [2] with 2 elements, but sample 0 of its batch uint8 [1]; all must be alike',
      ),
    );
  });

  it('rejects a sample whose shape does not fit its data', async () => {
    const dataset = counted(2).map(({ x, y }) => ({ x: { ...x, shape: [3] }, y }));
    await expect(collect(dataset.batch(2))).rejects.toThrow('map: x of sample 0 became uint8 [3] with 4 elements');
  });

  it('maps batches in order', async () => {
    const mapped = counted(4)
      .batch(2)
      .map(async (batch) => ({ ...batch, y: { ...batch.y, data: batch.y.data.map((label) => label * 10) } }));
    expect(await labelsOf(mapped)).toEqual([
      [0, 10],
      [20, 30],
    ]);
    expect(mapped).toMatchObject({ size: 4, batchSize: 2, batchesPerEpoch: 2 });
  });

  it('passes errors on', async () => {
    const failing = () => {
      throw new Error('decoder');
    };
    await expect(collect(counted(4).map(failing).batch(2))).rejects.toThrow('decoder');
    await expect(collect(counted(4).batch(2).map(failing))).rejects.toThrow('decoder');
  });
});

describe('bad arguments', () => {
  const dataset = counted(10);
  const shuffled = dataset.shuffle({ seed: 1 });
  const batched = dataset.batch(4);
  const afterShuffle =
    'must come before shuffle(), else every epoch would take other samples; split() takes a seed of its own';
  it.each<[string, () => unknown, string]>([
    ['batch(0)', () => dataset.batch(0), 'batch: size must be a positive integer, but received 0'],
    ['batch(-2)', () => dataset.batch(-2), 'batch: size must be a positive integer, but received -2'],
    ['batch(2.5)', () => dataset.batch(2.5), 'batch: size must be a positive integer, but received 2.5'],
    ["batch('8')", () => dataset.batch('8' as never), "batch: size must be a positive integer, but received '8'"],
    [
      'dropLast: 1',
      () => dataset.batch(2, { dropLast: 1 as never }),
      'batch: dropLast must be true or false, but received 1',
    ],
    [
      'an unknown option',
      () => dataset.batch(2, { drop_last: true } as never),
      "batch: unknown option 'drop_last'; it takes dropLast",
    ],
    [
      'no batch left',
      () => dataset.batch(11, { dropLast: true }),
      'batch: dropLast with batches of 11 leaves none of the 10 samples',
    ],
    [
      'a NaN seed',
      () => dataset.shuffle({ seed: Number.NaN }),
      'random: seed must be a non-negative integer, but received NaN',
    ],
    [
      'no seed',
      () => dataset.shuffle({} as never),
      'random: seed must be a non-negative integer, but received undefined',
    ],
    [
      'no options',
      () => (dataset.shuffle as () => unknown)(),
      'shuffle: expected an options object, but received undefined',
    ],
    ['take(0)', () => dataset.take(0), 'take: count must be a positive integer, but received 0'],
    [
      'take(11)',
      () => dataset.take(11),
      'take: would leave samples 0 to 11 of 10; expected at least one, and no more than there are',
    ],
    [
      'skip(10)',
      () => dataset.skip(10),
      'skip: would leave samples 10 to 10 of 10; expected at least one, and no more than there are',
    ],
    ['split(1.5)', () => dataset.split(1.5), 'split: first must be a positive integer, but received 1.5'],
    ['split(NaN)', () => dataset.split(Number.NaN), 'split: first must be a positive integer, but received NaN'],
    [
      'split(10)',
      () => dataset.split(10),
      'split: would leave samples 10 to 10 of 10; expected at least one, and no more than there are',
    ],
    ['take after shuffle', () => shuffled.take(2), `take: ${afterShuffle}`],
    ['split after shuffle', () => shuffled.split(0.5, { seed: 1 }), `split: ${afterShuffle}`],
    ['map of no function', () => dataset.map(3 as never), 'map: expected a function of a sample, but received 3'],
    [
      'batch map of no function',
      () => batched.map(null as never),
      'map: expected a function of a batch, but received null',
    ],
    ['prefetch(0)', () => batched.prefetch(0), 'prefetch: count must be a positive integer, but received 0'],
    [
      'a negative epoch',
      () => batched.batches({ epoch: -1 }),
      'batches: epoch must be a non-negative integer, but received -1',
    ],
    [
      'a start beyond the end',
      () => batched.batches({ startBatch: 4 }),
      'batches: startBatch must be at most 3, the batches of an epoch, but received 4',
    ],
    [
      'an unknown batches option',
      () => batched.batches({ start: 1 } as never),
      "batches: unknown option 'start'; it takes epoch, startBatch, signal",
    ],
    ['a signal that is none', () => batched.batches({ signal: {} as never }), 'batches: signal must be an AbortSignal'],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(new ArgumentError(message));
  });
});

describe('speed', () => {
  it('gathers a shuffled batch of 256 MNIST-sized images in well under a millisecond', async () => {
    const dataset = fromArrays({
      images: new Uint8Array(20_000 * 784),
      imageShape: [28, 28, 1],
      labels: new Uint8Array(20_000),
    });
    const batched = dataset.shuffle({ seed: 1 }).batch(256);
    await collect(batched);
    const started = performance.now();
    const batches = await collect(batched, 1);
    expect((performance.now() - started) / batches.length).toBeLessThan(1);
  });
});
