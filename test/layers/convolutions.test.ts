// What is particular to the convolution layers: shapes known at compile time, counts, and what they say.
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Layer } from '../../lib/layers/index.js';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { conv1d as conv1dOp } from '../../lib/ops/conv1d.js';
import { conv2d as conv2dOp } from '../../lib/ops/conv2d.js';
import { maskedConv2d as maskedConv2dOp } from '../../lib/ops/masked_conv2d.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';

/** Table I of LeCun et al. 1998: the maps of S2 that each map of C3 sees. */
const c3 = [
  [0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [0, 4, 5], [0, 1, 5],
  [0, 1, 2, 3], [1, 2, 3, 4], [2, 3, 4, 5], [0, 3, 4, 5], [0, 1, 4, 5], [0, 1, 2, 5],
  [0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5],
  [0, 1, 2, 3, 4, 5],
] as const; // biome-ignore format: groups of the table

describe('shapes at compile time are the shapes at run time', () => {
  it('of a decoder', () => {
    const model = sequential({
      inputShape: [7, 5, 8],
      layers: [
        layers.conv2dTranspose({ filters: 6, kernelSize: 4, strides: 2, padding: 'same', activation: 'relu' }),
        layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: [2, 3], padding: 1, outputPadding: [1, 2] }),
        layers.conv2dTranspose({ filters: 2, kernelSize: [2, 3], dilations: 2, padding: 'causal', groups: 2 }),
      ],
    });
    expectTypeOf(model.outputShape).toEqualTypeOf<[28, 30, 2]>();
    expect(model.outputShape).toEqual([28, 30, 2]);
    expect(model.forward(zeros([1, 7, 5, 8])).shape).toEqual([1, 28, 30, 2]);
  });

  it('of sequences', () => {
    const model = sequential({
      inputShape: [50, 3],
      layers: [
        layers.conv1d({ filters: 4, kernelSize: 5, strides: 2, padding: [2, 1] }),
        layers.conv1d({ filters: 8, kernelSize: 3, padding: 'causal', dilations: 4, groups: 2, activation: 'relu' }),
        layers.conv1dTranspose({ filters: 2, kernelSize: 4, strides: 3, padding: { total: 2 }, outputPadding: 1 }),
      ],
    });
    expectTypeOf(model.outputShape).toEqualTypeOf<[75, 2]>();
    expect(model.outputShape).toEqual([75, 2]);
    expect(model.forward(zeros([2, 50, 3])).shape).toEqual([2, 75, 2]);
  });

  it('of images', () => {
    const model = sequential({
      inputShape: [32, 30, 3],
      layers: [
        layers.depthwiseConv2d({ kernelSize: 3, multiplier: 2, padding: 'same', strides: 2 }),
        layers.separableConv2d({ filters: 6, kernelSize: 3, activation: 'relu' }),
        layers.maskedConv2d({ connections: c3, kernelSize: 5 }),
        layers.locallyConnected2d({ filters: 7, kernelSize: [3, 2], strides: [2, 1], padding: 'same' }),
      ],
    });
    expectTypeOf(model.outputShape).toEqualTypeOf<[5, 9, 7]>();
    expect(model.outputShape).toEqual([5, 9, 7]);
    expect(model.forward(zeros([1, 32, 30, 3])).shape).toEqual([1, 5, 9, 7]);
  });
});

describe('parameters and multiply-accumulates', () => {
  it.each<[string, readonly number[], Layer, number, number]>([
    ['C3 of LeNet-5', [14, 14, 6], layers.maskedConv2d({ connections: c3, kernelSize: 5 }), 1_516, 150_000],
    ['a full C3', [14, 14, 6], layers.conv2d({ filters: 16, kernelSize: 5 }), 2_416, 240_000],
    [
      'the locally connected layer of the street-number network',
      [4, 4, 192],
      layers.locallyConnected2d({ filters: 192, kernelSize: 5, padding: 'same' }),
      14_748_672,
      14_745_600,
    ],
    ['depthwise', [8, 8, 16], layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }), 160, 9_216],
    ['separable', [8, 8, 16], layers.separableConv2d({ filters: 32, kernelSize: 3, padding: 'same' }), 688, 41_984],
    ['transposed', [8, 8, 16], layers.conv2dTranspose({ filters: 4, kernelSize: 2, strides: 2 }), 260, 16_384],
    ['1-D', [10, 16], layers.conv1d({ filters: 4, kernelSize: 3, groups: 2 }), 100, 768],
  ])('%s', (_, inputShape, layer, parameters, macs) => {
    const summary = sequential({ inputShape, layers: [layer] as const }).summary();
    expect(summary.trainableParameters).toBe(parameters);
    expect(summary.macs).toBe(macs);
  });
});

it('the table of connections is a mask on the filter', async () => {
  const model = sequential({
    inputShape: [14, 14, 6],
    layers: [layers.maskedConv2d({ connections: c3, kernelSize: 5 })],
  });
  const x = tensor([...noise(2 * 14 * 14 * 6, 1)], [2, 14, 14, 6]);
  const packed = await values(model.parameter('0.filter'));
  const [filter, mask] = [new Float32Array(25 * 96), new Float32Array(96)];
  for (const [at, [p, q]] of c3.flatMap((inputs, q) => inputs.map((p) => [p, q] as const)).entries()) {
    mask[p * 16 + q] = 1;
    for (let tap = 0; tap < 25; tap++) filter[tap * 96 + p * 16 + q] = packed[tap * 60 + at] as number;
  }
  const y = maskedConv2dOp(x, tensor(filter, [5, 5, 6, 16]), tensor(mask, [6, 16]), {
    bias: model.parameter('0.bias'),
  });
  expect(await values(model.forward(x))).toEqual(await values(y));
});

it('conv2d hands its algorithm to the op', async () => {
  const image = tensor(noise(9 * 8 * 20, 1), [1, 9, 8, 20], 'float32');
  const outputs = new Set<string>();
  for (const algorithm of ['direct', 'winograd2', 'winograd4'] as const) {
    const layer = layers.conv2d({ filters: 5, kernelSize: 3, algorithm, bias: false });
    const model = sequential({ inputShape: [9, 8, 20], layers: [layer], seed: 1 });
    const y = await values(model.forward(image));
    expect(layer.algorithm).toBe(algorithm);
    expect(y).toEqual(await values(conv2dOp(image, model.parameter('0.filter'), { algorithm })));
    outputs.add(y.join());
  }
  expect(outputs.size).toBe(3);
  expect(layers.conv2d({ filters: 5, kernelSize: 3 }).algorithm).toBe('auto');
});

it('with flip, layers convolve in the mathematical sense, as the ops do', async () => {
  const image = tensor(noise(2 * 7 * 6 * 4, 1), [2, 7, 6, 4], 'float32');
  const pixels = { filters: 6, kernelSize: [3, 2], groups: 2, padding: 'same' } as const;
  const flipped = layers.conv2d({ ...pixels, flip: true, bias: false });
  const model = sequential({ inputShape: [7, 6, 4], layers: [flipped] });
  const y = conv2dOp(image, model.parameter('0.filter'), { groups: 2, padding: 'same', flip: true });
  expect(flipped.flip).toBe(true);
  expect(layers.conv2d(pixels).flip).toBe(false);
  expect(await values(model.forward(image))).toEqual(await values(y));

  const sequence = tensor(noise(2 * 9 * 4, 2), [2, 9, 4], 'float32');
  const signal = sequential({
    inputShape: [9, 4],
    layers: [layers.conv1d({ filters: 5, kernelSize: 4, padding: 'causal', flip: true, bias: false })],
  });
  const z = conv1dOp(sequence, signal.parameter('0.filter'), { padding: 'causal', flip: true });
  expect(await values(signal.forward(sequence))).toEqual(await values(z));
});

it('the receptive field of a transposed convolution grows by the inputs that overlap, and units draw near', () => {
  const summary = sequential({
    inputShape: [8, 8, 2],
    layers: [layers.conv2dTranspose({ filters: 2, kernelSize: 4, strides: 2, padding: 1 })],
  }).summary();
  expect(summary.rows.at(-1)?.receptiveField?.height).toEqual({ size: 2, jump: 0.5, start: 0.25 });
});

const make = (factory: (options: never) => Layer, options: unknown) => () => factory(options as never);
it.each([
  [make(layers.conv1d, { filters: 4, kernelSize: [3, 3] }), 'conv1d: kernelSize must be a positive integer'],
  [make(layers.conv1d, { filters: 4, kernelSize: 3, groups: 3 }), 'conv1d: groups 3 must divide filters 4'],
  [make(layers.conv1d, { filters: 4, kernelSize: 3, padding: 'SAME' }), "conv1d: padding must be 'valid', 'same'"],
  [make(layers.conv1d, { filters: 4, kernelSize: 3, stride: 2 }), "conv1d: unknown option 'stride'"],
  [make(layers.conv1d, { filters: 4, kernelSize: 3, flip: 1 }), 'conv1d: flip must be true or false, but received 1'],
  [
    make(layers.conv2d, { filters: 4, kernelSize: 3, flip: 'h' }),
    "conv2d: flip must be true or false, but received 'h'",
  ],
  [make(layers.conv2dTranspose, { filters: 4, kernelSize: 3, flip: true }), "conv2dTranspose: unknown option 'flip'"],
  [
    make(layers.conv2d, { filters: 4, kernelSize: 3, algorithm: 'winograd' }),
    "conv2d: algorithm must be one of 'auto', 'direct', 'winograd2', 'winograd4', but received 'winograd'",
  ],
  [
    make(layers.conv2d, { filters: 4, kernelSize: 3, strides: 2, algorithm: 'winograd2' }),
    "conv2d: algorithm 'winograd2' needs strides 1, but strides are 2×2",
  ],
  [make(layers.conv2dTranspose, { filters: 0, kernelSize: 3 }), 'conv2dTranspose: filters must be a positive integer'],
  [
    make(layers.conv2dTranspose, { filters: 4, kernelSize: 3, outputPadding: -1 }),
    'conv2dTranspose: outputPadding must',
  ],
  [
    make(layers.conv1dTranspose, { filters: 4, kernelSize: 3, outputPadding: 0.5 }),
    'conv1dTranspose: outputPadding must',
  ],
  [make(layers.depthwiseConv2d, { kernelSize: 3, filters: 4 }), "depthwiseConv2d: unknown option 'filters'"],
  [make(layers.depthwiseConv2d, { kernelSize: 3, multiplier: 0 }), 'depthwiseConv2d: multiplier must be a positive'],
  [make(layers.separableConv2d, { filters: 4 }), 'separableConv2d: kernelSize must be a positive integer'],
  [make(layers.locallyConnected2d, { filters: 4, kernelSize: 3, bias: 1 }), 'locallyConnected2d: bias must be true or'],
  [make(layers.maskedConv2d, { connections: [[0, 0]], kernelSize: 3 }), 'maskedConv2d: connections must list for each'],
  [
    make(layers.maskedConv2d, { connections: [[0], []], kernelSize: 3 }),
    'maskedConv2d: connections must list for each',
  ],
])('options are validated when the layer is made %#', (call, message) => {
  expect(call).toThrow(message);
});

it.each([
  [layers.conv1d({ filters: 4, kernelSize: 9 }), [8, 2], 'conv1d "0": kernel 9 is larger than the input\'s length 8'],
  [
    layers.conv1d({ filters: 4, kernelSize: 3 }),
    [8, 8, 2],
    'conv1d "0": expects a sequence [length, channels], got [8, 8, 2]',
  ],
  [layers.conv2dTranspose({ filters: 4, kernelSize: 3, groups: 2 }), [8, 8, 3], 'input has 3 channels, which 2 groups'],
  [
    layers.conv2dTranspose({ filters: 4, kernelSize: 3, outputPadding: 1 }),
    [8, 8, 3],
    'must be smaller than the stride 1',
  ],
  [
    layers.maskedConv2d({ connections: [[0, 3]], kernelSize: 3 }),
    [8, 8, 3],
    'input has 3 channels, connections name channel 3',
  ],
] as [Layer, number[], string][])('an input that does not fit is named %#', (layer, inputShape, message) => {
  expect(() => sequential({ inputShape, layers: [layer] as never })).toThrow(message);
});
