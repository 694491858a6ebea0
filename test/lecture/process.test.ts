// Where results of others go astray without an error: layouts, orders, seeds, and what is kept beside the weights.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { data, io, layers, ops, Random, sequential, type Tensor, tensor } from '../../lib/index.js';
import { values } from '../support/tensors.js';
import { counting, integers, numbers } from './helpers.js';

describe('layouts', () => {
  it('dense weights trained on flattened [channels, height, width] need their rows in another order here', async () => {
    const [height, width, channels, units] = [2, 3, 4, 5];
    const image = integers([1, height, width, channels], 1);
    const theirs = integers([channels * height * width, units], 2);
    const expected = ops.matmul(ops.reshape(ops.transpose(image, [0, 3, 1, 2]), [1, -1]), theirs);
    const cube = ops.reshape(theirs, [channels, height, width, units]);
    const ours = ops.reshape(ops.transpose(cube, [1, 2, 0, 3]), [-1, units]);
    const flat = ops.reshape(image, [1, -1]);
    expect(await values(ops.matmul(flat, ours))).toEqual(await values(expected));
    expect(await values(ops.matmul(flat, theirs))).not.toEqual(await values(expected));
  });

  it('a filter trained on BGR images is the RGB filter with its input channels reversed', async () => {
    const [rgb, filter] = [integers([1, 4, 4, 3], 1), integers([3, 3, 3, 2], 2)];
    const expected = await values(ops.conv2d(ops.flip(rgb, 3), filter));
    expect(await values(ops.conv2d(rgb, ops.flip(filter, 2)))).toEqual(expected);
    expect(await values(ops.conv2d(rgb, filter))).not.toEqual(expected);
  });
});

describe('residual networks', () => {
  const bottleneck = (first: number, second: number) =>
    sequential({
      inputShape: [8, 8, 16],
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 1, strides: first, name: 'reduce' }),
        layers.conv2d({ filters: 4, kernelSize: 3, strides: second, padding: 1, name: 'conv' }),
        layers.conv2d({ filters: 16, kernelSize: 1, name: 'expand' }),
      ],
      dtype: 'float64',
    });

  it('a bottleneck with its stride in the 1×1 or in the 3×3 has the same weights and shape, and other values', async () => {
    using early = bottleneck(2, 1);
    using late = bottleneck(1, 2);
    expect(late.outputShape).toEqual(early.outputShape);
    expect(late.parameters.map(({ name, shape }) => [name, shape])).toEqual(
      early.parameters.map(({ name, shape }) => [name, shape]),
    );
    for (const [at, parameter] of late.parameters.entries()) parameter.assign(early.parameters[at] as Tensor);
    const x = numbers([1, 8, 8, 16], 3);
    expect(await values(late.forward(x))).not.toEqual(await values(early.forward(x)));
  });

  it('a shortcut without weights takes every other pixel; zeros fill the channels behind, or on both sides', async () => {
    const pixels = ops.averagePool2d(counting([1, 4, 4, 2], 1), { poolSize: 1, strides: 2 });
    const none = [0, 0] as const;
    const behind = ops.pad(pixels, [none, none, none, [0, 2]]);
    const around = ops.pad(pixels, [none, none, none, [1, 1]]);
    expect(await values(behind)).toEqual([1, 2, 0, 0, 5, 6, 0, 0, 17, 18, 0, 0, 21, 22, 0, 0]);
    expect(await values(around)).toEqual([0, 1, 2, 0, 0, 5, 6, 0, 0, 17, 18, 0, 0, 21, 22, 0]);
  });
});

const samples = (count: number) =>
  data.fromArrays({
    images: Float32Array.from({ length: count }, (_, at) => at),
    imageShape: [1],
    labels: new Int32Array(count),
  });

/** The samples of the first epoch in the order they come. */
async function orderOf(dataset: ReturnType<typeof samples>): Promise<number[]> {
  const seen: number[] = [];
  for await (const { indices } of dataset.batch(4).batches()) seen.push(...indices);
  return seen;
}

describe('data', () => {
  it('a split is disjoint and drawn once, so that statistics of the training images see no others', async () => {
    const [train, validation] = samples(20).split(0.75, { seed: 3 });
    const [first, second] = [await orderOf(train), await orderOf(validation)];
    expect(first).toHaveLength(15);
    expect([...first, ...second].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at));
    expect(await orderOf(samples(20).split(0.75, { seed: 3 })[1])).toEqual(second);
  });

  it('the last, smaller batch counts as an update, unless it is dropped', () => {
    expect(samples(25).batch(10).batchesPerEpoch).toBe(3);
    expect(samples(25).batch(10, { dropLast: true }).batchesPerEpoch).toBe(2);
  });
});

describe('seeds', () => {
  it('initial weights and the order of samples have seeds of their own', async () => {
    const net = (seed: number) =>
      sequential({ inputShape: [4], layers: [layers.dense({ units: 3 })], seed }).parameter('0.weights');
    expect(await values(net(1))).toEqual(await values(net(1)));
    expect(await values(net(1))).not.toEqual(await values(net(2)));
    expect(await orderOf(samples(12).shuffle({ seed: 1 }))).toEqual(await orderOf(samples(12).shuffle({ seed: 1 })));
    expect(await orderOf(samples(12).shuffle({ seed: 1 }))).not.toEqual(
      await orderOf(samples(12).shuffle({ seed: 2 })),
    );
  });

  it('what one purpose draws does not move what another gets: dropout, augmentation, initialisation', async () => {
    const dropped = async (drawnBefore: number): Promise<number[]> => {
      const random = new Random(7);
      ops.randomUniform([drawnBefore], { low: 0, high: 1, random: random.fork('augment') });
      return await values(ops.dropout(tensor(Array(32).fill(1)), { rate: 0.5, random: random.fork('dropout') }));
    };
    expect(await dropped(100)).toEqual(await dropped(1));
  });
});

it('running statistics are saved with the weights, so that evaluation gives the same after loading', async () => {
  const make = (seed: number) => sequential({ inputShape: [3], layers: [layers.batchNorm()], seed, dtype: 'float64' });
  using trained = make(1);
  using loaded = make(2);
  const x = numbers([8, 3], 5);
  for (let step = 0; step < 4; step++) trained.forward(x, { training: true });
  const folder = await mkdtemp(path.join(tmpdir(), 'convgrad-'));
  try {
    const file = path.join(folder, 'weights.safetensors');
    await io.saveWeights(trained, file);
    expect(await values(loaded.forward(x))).not.toEqual(await values(trained.forward(x)));
    await io.loadWeights(loaded, file);
    expect(await values(loaded.forward(x))).toEqual(await values(trained.forward(x)));
  } finally {
    await rm(folder, { recursive: true });
  }
});
