// Shapes of the pooling and normalisation layers at compile time.
import { describe, expectTypeOf, test } from 'vitest';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';

describe('images', () => {
  const of = { inputShape: [112, 32, 6] } as const;

  test('ceilMode takes one more window, unless it would start beyond the input', () => {
    const ceil = { poolSize: 3, strides: 2, ceilMode: true } as const;
    expectTypeOf(sequential({ ...of, layers: [layers.maxPool2d(ceil)] }).outputShape).toEqualTypeOf<[56, 16, 6]>();
    const floor = layers.maxPool2d({ poolSize: 3, strides: 2 });
    expectTypeOf(sequential({ ...of, layers: [floor] }).outputShape).toEqualTypeOf<[55, 15, 6]>();
    const padded = sequential({ inputShape: [6, 5, 1], layers: [layers.averagePool2d({ ...ceil, padding: 1 })] });
    expectTypeOf(padded.outputShape).toEqualTypeOf<[4, 3, 1]>();
    const dropped = sequential({
      inputShape: [4, 7, 1],
      layers: [layers.lpPool2d({ poolSize: 1, strides: 4, ceilMode: true })],
    });
    expectTypeOf(dropped.outputShape).toEqualTypeOf<[1, 2, 1]>();
    const unknown = layers.maxPool2d({ ...ceil, ceilMode: true as boolean });
    expectTypeOf(sequential({ ...of, layers: [unknown] }).outputShape).toEqualTypeOf<[number, number, 6]>();
    const same = layers.stochasticPool2d({ ...ceil, padding: 'same' });
    expectTypeOf(sequential({ ...of, layers: [same] }).outputShape).toEqualTypeOf<[56, 16, 6]>();
  });

  test('global, adaptive, maxout, subsampling', () => {
    expectTypeOf(sequential({ ...of, layers: [layers.globalMaxPool2d()] }).outputShape).toEqualTypeOf<[6]>();
    const adaptive = [layers.adaptiveAveragePool2d({ outputSize: [6, 7] }), layers.maxout({ pieces: 3 })] as const;
    expectTypeOf(sequential({ ...of, layers: [...adaptive] }).outputShape).toEqualTypeOf<[6, 7, 2]>();
    const adaptiveMax = layers.adaptiveMaxPool2d({ outputSize: 4 });
    expectTypeOf(sequential({ ...of, layers: [adaptiveMax] }).outputShape).toEqualTypeOf<[4, 4, 6]>();
    const subsampled = sequential({ ...of, layers: [layers.subsampling2d({ poolSize: 2 })] });
    expectTypeOf(subsampled.outputShape).toEqualTypeOf<[56, 16, 6]>();
  });

  test('normalisations keep the shape', () => {
    const model = sequential({
      ...of,
      layers: [
        layers.layerNorm({ axes: 3 }),
        layers.groupNorm({ groups: 3 }),
        layers.instanceNorm(),
        layers.localResponseNorm(),
        layers.subtractiveNorm(),
      ],
    });
    expectTypeOf(model.outputShape).toEqualTypeOf<[112, 32, 6]>();
  });
});

describe('sequences', () => {
  test('windows, k-max and max over time', () => {
    const of = { inputShape: [50, 8] } as const;
    const pooled = sequential({ ...of, layers: [layers.maxPool1d({ poolSize: 3, strides: 2, ceilMode: true })] });
    expectTypeOf(pooled.outputShape).toEqualTypeOf<[25, 8]>();
    const padded = sequential({ ...of, layers: [layers.averagePool1d({ poolSize: 3, padding: [1, 0] })] });
    expectTypeOf(padded.outputShape).toEqualTypeOf<[17, 8]>();
    const lp = sequential({ ...of, layers: [layers.lpPool1d({ poolSize: 2 }), layers.kMaxPool({ k: 3 })] });
    expectTypeOf(lp.outputShape).toEqualTypeOf<[3, 8]>();
    expectTypeOf(sequential({ ...of, layers: [layers.maxOverTime()] }).outputShape).toEqualTypeOf<[8]>();
  });
});

describe('what does not fit is an error', () => {
  test('where the layer stands', () => {
    // @ts-expect-error: 4 groups, 6 channels
    sequential({ inputShape: [8, 8, 6], layers: [layers.groupNorm({ groups: 4 })] });
    // @ts-expect-error: 4 pieces, 6 channels
    sequential({ inputShape: [8, 8, 6], layers: [layers.maxout({ pieces: 4 })] });
    // @ts-expect-error: k is larger than the length
    sequential({ inputShape: [8, 6], layers: [layers.kMaxPool({ k: 9 })] });
    // @ts-expect-error: not a sequence
    sequential({ inputShape: [8, 8, 6], layers: [layers.maxOverTime()] });
    // @ts-expect-error: not an image
    sequential({ inputShape: [8, 6], layers: [layers.adaptiveMaxPool2d({ outputSize: 4 })] });
    // @ts-expect-error: the window is larger than the image
    sequential({ inputShape: [8, 8, 6], layers: [layers.lpPool2d({ poolSize: 9, ceilMode: true })] });
  });
});
