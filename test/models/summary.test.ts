import { describe, expect, it } from 'vitest';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { memory } from '../../lib/native.js';
import * as zoo from '../../lib/zoo/index.js';

it('counts VGG-19 without allocating a parameter', () => {
  const before = memory();
  const model = zoo.vgg({ depth: 19 });
  const summary = model.summary();
  expect(summary.trainableParameters).toBe(143_667_240);
  expect(summary.otherParameters).toBe(0);
  expect(summary.macs / 1e9).toBeCloseTo(19.632, 3);
  expect(model.outputShape).toEqual([1000]);
  expect(String(summary)).toContain('143,667,240 parameters');
  expect(memory()).toEqual(before);
});

describe('receptive fields', () => {
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
