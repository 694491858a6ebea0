import { describe, expect, it } from 'vitest';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { memory } from '../../lib/native.js';
import { alexnet, inception, lenet5, resnet, vgg } from './networks.js';

describe('counts of published networks', () => {
  it('VGG-19: 143,667,240 parameters and 19.632 GMAC, without allocating one', () => {
    const before = memory();
    const model = vgg(2, 2, 4, 4, 4);
    const summary = model.summary();
    expect(summary.trainableParameters).toBe(143_667_240);
    expect(summary.otherParameters).toBe(0);
    expect(summary.macs / 1e9).toBeCloseTo(19.632, 3);
    expect(model.outputShape).toEqual([1000]);
    expect(String(summary)).toContain('143,667,240 parameters');
    expect(memory()).toEqual(before);
  });

  // [network, parameters, GMAC, running statistics]
  it.each([
    ['LeNet-5', lenet5(), 61_706, 416_520e-9, 0],
    ['AlexNet', alexnet(), 60_965_224, 0.724, 0],
    ['VGG-13', vgg(2, 2, 2, 2, 2), 133_047_848, 11.308, 0],
    ['VGG-16', vgg(2, 2, 3, 3, 3), 138_357_544, 15.47, 0],
    ['ResNet-18', resnet([2, 2, 2, 2], false), 11_689_512, 1.814, 9_600],
    ['ResNet-34', resnet([3, 4, 6, 3], false), 21_797_672, 3.664, 17_024],
    ['ResNet-50', resnet([3, 4, 6, 3], true), 25_557_032, 4.089, 53_120],
    ['ResNet-101', resnet([3, 4, 23, 3], true), 44_549_160, 7.801, 105_344],
    ['ResNet-152', resnet([3, 8, 36, 3], true), 60_192_808, 11.514, 151_424],
  ])('%s', (_, model, parameters, gmac, statistics) => {
    const summary = model.summary();
    expect(summary.trainableParameters).toBe(parameters);
    expect(summary.otherParameters).toBe(statistics);
    expect(summary.macs / 1e9).toBeCloseTo(gmac, gmac < 0.01 ? 9 : 3);
  });

  it('inception 3a: 163,696 parameters, 28x28x256', () => {
    const model = sequential({ inputShape: [28, 28, 192], layers: [inception(64, 96, 128, 16, 32, 32)] });
    expect(model.outputShape).toEqual([28, 28, 256]);
    expect(model.summary().trainableParameters).toBe(163_696);
  });
});

describe('receptive fields', () => {
  const fields = (model: { summary(): { rows: readonly { kind: string; receptiveField: unknown }[] } }) =>
    model
      .summary()
      .rows.filter(({ kind }) => /conv|Pool2d/.test(kind))
      .map(({ receptiveField }) => (receptiveField as { height: { size: number } } | undefined)?.height.size);

  it('LeNet-5: 5, 6, 14, 16, 32', () => {
    expect(fields(lenet5())).toEqual([5, 6, 14, 16, 32]);
  });

  it('AlexNet: 11, 19, 51, 67, 99, 131, 163, 195 with jump 32', () => {
    const model = alexnet();
    expect(fields(model)).toEqual([11, 19, 51, 67, 99, 131, 163, 195]);
    const last = model
      .summary()
      .rows.filter(({ kind }) => kind === 'maxPool2d')
      .at(-1);
    expect(last?.receptiveField?.height.jump).toBe(32);
  });

  it('VGG-19: conv1_1 3 … conv5_4 252, pool5 268', () => {
    expect(fields(vgg(2, 2, 4, 4, 4))).toEqual([
      3, 5, 6, 10, 14, 16, 24, 32, 40, 48, 52, 68, 84, 100, 116, 124, 156, 188, 220, 252, 268,
    ]);
    expect(fields(vgg(2, 2, 3, 3, 3)).slice(-2)).toEqual([196, 212]);
  });

  it.each([
    ['ResNet-18', resnet([2, 2, 2, 2], false), 435],
    ['ResNet-34', resnet([3, 4, 6, 3], false), 899],
    ['ResNet-50', resnet([3, 4, 6, 3], true), 427],
    ['ResNet-101', resnet([3, 4, 23, 3], true), 971],
    ['ResNet-152', resnet([3, 8, 36, 3], true), 1451],
  ])('%s: the widest branch counts', (_, model, size) => {
    const last = model
      .summary()
      .rows.filter(({ kind }) => kind === 'residual')
      .at(-1);
    expect(last?.receptiveField).toMatchObject({ height: { size, jump: 32 }, width: { size, jump: 32 } });
  });

  it('follows dilation, padding and each axis apart', () => {
    const model = sequential({
      inputShape: [32, 32, 1],
      layers: [
        layers.conv2d({ filters: 1, kernelSize: [3, 5], strides: [1, 2], padding: { h: [1, 1], w: [0, 3] } }),
        layers.conv2d({ filters: 1, kernelSize: 3, dilations: 2 }),
      ],
    });
    expect(model.summary().rows[1]?.receptiveField).toEqual({
      height: { size: 7, jump: 1, start: 2.5 },
      width: { size: 13, jump: 2, start: 6.5 },
    });
  });
});

describe('the table', () => {
  it('shows paths, shapes, resolved padding, parameters, MACs and receptive fields', () => {
    const model = sequential({
      inputShape: [28, 27, 1],
      layers: [
        layers.conv2d({ filters: 8, kernelSize: 5, strides: 2, padding: 'same', name: 'stem' }),
        layers.batchNorm(),
        layers.residual([layers.conv2d({ filters: 8, kernelSize: 3, padding: 1 })], {
          shortcut: [layers.conv2d({ filters: 8, kernelSize: 1 })],
        }),
        layers.flatten(),
        layers.dense({ units: 10 }),
      ],
    });
    expect(`\n${model.summary()}\n`).toMatchInlineSnapshot(`
      "
      layer         kind       output       padding  parameters     MACs  receptive field
      ───────────────────────────────────────────────────────────────────────────────────
                    input      [28, 27, 1]
      stem          conv2d     [14, 14, 8]  1,2×2,2         208  39.20 k            5 (2)
      1             batchNorm  [14, 14, 8]                   32                     5 (2)
      2.0           conv2d     [14, 14, 8]  1,1×1,1         584  112.9 k            9 (2)
      2.shortcut.0  conv2d     [14, 14, 8]  0,0×0,0          72  12.54 k            5 (2)
      2             residual   [14, 14, 8]                                          9 (2)
      3             flatten    [1568]                                               9 (2)
      4             dense      [10]                      15,690  15.68 k              all
      ───────────────────────────────────────────────────────────────────────────────────
      16,570 parameters + 16 not trainable, 180.3 k multiply-accumulates per sample
      "
    `);
  });

  it('counts a shared layer once', () => {
    const shared = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' });
    const model = sequential({ inputShape: [8, 8, 4], layers: [shared, shared] });
    const summary = model.summary();
    expect(summary.trainableParameters).toBe(148);
    expect(summary.macs).toBe(2 * 64 * 144);
  });
});
