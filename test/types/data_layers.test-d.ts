// Shapes at compile time of layers that move, choose or compare: pad2d, upsample2d, embedding, radialBasis, prelu.
import { describe, expectTypeOf, test } from 'vitest';
import * as layers from '../../lib/layers/index.js';
import type { RuleOf } from '../../lib/layers/layer.js';
import type { Apply } from '../../lib/layers/shape_rule.js';
import { sequential } from '../../lib/models/sequential.js';

type Answer<L, Input> = Apply<RuleOf<L>, Input>;

describe('shapes that are known', () => {
  test('through a whole network', () => {
    const model = sequential({
      inputShape: [14, 10, 3],
      layers: [
        layers.pad2d({ padding: 1 }),
        layers.upsample2d({ scale: [2, 3] }),
        layers.pad2d({ padding: { h: [0, 1], w: [2, 0] }, mode: 'reflect' }),
        layers.prelu(),
        layers.spatialDropout({ rate: 0.1 }),
        layers.stochasticDepth({ rate: 0.1 }),
      ],
    });
    expectTypeOf(model.outputShape).toEqualTypeOf<[33, 38, 3]>();
  });

  test('words to distances', () => {
    const model = sequential({
      inputShape: [12],
      layers: [layers.embedding({ vocabulary: 100, size: 7 }), layers.flatten(), layers.radialBasis({ units: 10 })],
    });
    expectTypeOf(model.outputShape).toEqualTypeOf<[10]>();
  });
});

describe('shapes that are not', () => {
  test('an unknown extent stays unknown, the others stay known', () => {
    const pad = layers.pad2d({ padding: [0, 2] });
    expectTypeOf<Answer<typeof pad, [number, 5, 3]>>().toEqualTypeOf<[number, 9, 3]>();
    const upsample = layers.upsample2d({ scale: 2 });
    expectTypeOf<Answer<typeof upsample, [5, number, 3]>>().toEqualTypeOf<[10, number, 3]>();
    const embedding = layers.embedding({ vocabulary: 5, size: 4 });
    expectTypeOf<Answer<typeof embedding, [number]>>().toEqualTypeOf<[number, 4]>();
  });

  test('an option that is only known when the program runs', () => {
    const scale: number = 2;
    const upsample = layers.upsample2d({ scale });
    expectTypeOf<Answer<typeof upsample, [5, 5, 3]>>().toEqualTypeOf<[number, number, 3]>();
  });
});

describe('layers that do not fit', () => {
  test('an image is expected', () => {
    sequential({
      inputShape: [9],
      layers: [
        // @ts-expect-error pad2d expects an image
        layers.pad2d({ padding: 1 }),
      ],
    });
    const upsample = layers.upsample2d({ scale: 2 });
    expectTypeOf<
      Answer<typeof upsample, [9]>
    >().toEqualTypeOf<'upsample2d expects an image [height, width, channels], got [9]'>();
  });

  test('features are expected', () => {
    sequential({
      inputShape: [5, 5, 1],
      layers: [
        // @ts-expect-error radialBasis expects a flat input
        layers.radialBasis({ units: 10 }),
      ],
    });
  });

  test('options', () => {
    // @ts-expect-error the option is called scale
    layers.upsample2d({ size: 2 });
    // @ts-expect-error size is missing
    layers.embedding({ vocabulary: 10 });
    // @ts-expect-error a named convention has no kernel to go by
    layers.pad2d({ padding: 'same' });
  });
});
