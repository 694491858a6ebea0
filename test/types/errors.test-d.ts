// What must not compile. The sentences themselves are in messages.test.ts.
import { describe, expectTypeOf, test } from 'vitest';
import * as layers from '../../lib/layers/index.js';
import type { RuleOf } from '../../lib/layers/layer.js';
import type { Apply, SameShape } from '../../lib/layers/shape_rule.js';
import { sequential } from '../../lib/models/sequential.js';

/** What a layer's rule answers for an input: a shape, or a sentence. */
type Answer<L, Input> = Apply<RuleOf<L>, Input>;

describe('options', () => {
  test('unknown and mistyped ones', () => {
    // @ts-expect-error the option is called strides
    layers.conv2d({ filters: 8, kernelSize: 3, stride: 2 });
    // @ts-expect-error kernelSize is missing
    layers.conv2d({ filters: 8 });
    // @ts-expect-error TensorFlow's spelling
    layers.conv2d({ filters: 8, kernelSize: 3, padding: 'SAME' });
    // @ts-expect-error flip is a boolean
    layers.conv2d({ filters: 8, kernelSize: 3, flip: 'both' });
    // @ts-expect-error only convolutions flip, not their transposes
    layers.conv1dTranspose({ filters: 8, kernelSize: 3, flip: true });
    // @ts-expect-error no such activation
    layers.dense({ units: 10, activation: 'rleu' });
    // @ts-expect-error three extents
    layers.maxPool2d({ poolSize: [2, 2, 2] });
    // @ts-expect-error a total must say so
    layers.conv2d({ filters: 8, kernelSize: 3, padding: { total: 'same' } });
    // @ts-expect-error not a model option
    sequential({ inputShape: [4], layers: [], optimizer: 'adam' });
  });
});

describe('layers that do not fit', () => {
  test('a missing flatten', () => {
    sequential({
      inputShape: [28, 28, 1],
      layers: [
        layers.maxPool2d({ poolSize: 2 }),
        // @ts-expect-error dense expects a flat input
        layers.dense({ units: 10 }),
      ],
    });
  });

  test('a residual branch of another shape', () => {
    sequential({
      inputShape: [28, 28, 8],
      layers: [
        // @ts-expect-error 26x26 is added to 28x28
        layers.residual([layers.conv2d({ filters: 8, kernelSize: 3 })]),
        layers.flatten(),
      ],
    });
  });

  test('a model that promises another output', () => {
    const model = sequential({ inputShape: [784], layers: [layers.dense({ units: 10 })] });
    // @ts-expect-error ten logits, not nine
    const shape: [9] = model.outputShape;
    void shape;
  });
});

describe('the rule of each layer', () => {
  test('answers a shape or a sentence', () => {
    const pool = layers.averagePool2d({ poolSize: 3, strides: 2, padding: 1 });
    expectTypeOf<Answer<typeof pool, [8, 9, 5]>>().toEqualTypeOf<[4, 5, 5]>();
    expectTypeOf<
      Answer<typeof pool, [45]>
    >().toEqualTypeOf<'averagePool2d expects an image [height, width, channels], got [45]'>();

    const global = layers.globalAveragePool2d();
    expectTypeOf<Answer<typeof global, [7, 7, 512]>>().toEqualTypeOf<[512]>();
    expectTypeOf<
      Answer<typeof global, [512]>
    >().toEqualTypeOf<'globalAveragePool2d expects an image [height, width, channels], got [512]'>();
    expectTypeOf<Answer<typeof global, number[]>>().toEqualTypeOf<[number]>();

    const flat = layers.flatten();
    expectTypeOf<Answer<typeof flat, [7, 7, 512]>>().toEqualTypeOf<[25088]>();
    expectTypeOf<Answer<typeof flat, []>>().toEqualTypeOf<[1]>();
    expectTypeOf<Answer<typeof flat, [number, 7]>>().toEqualTypeOf<[number]>();

    const groups = layers.conv2d({ filters: 5, kernelSize: 1, groups: 2 });
    expectTypeOf<
      Answer<typeof groups, [8, 8, 4]>
    >().toEqualTypeOf<'conv2d has 2 groups, which do not divide its 5 filters'>();
  });

  test('keeps the shape', () => {
    const relu = layers.activation('relu');
    const norm = layers.batchNorm();
    const drop = layers.dropout({ rate: 0.5 });
    expectTypeOf<RuleOf<typeof relu>>().toEqualTypeOf<SameShape>();
    expectTypeOf<RuleOf<typeof norm>>().toEqualTypeOf<SameShape>();
    expectTypeOf<RuleOf<typeof drop>>().toEqualTypeOf<SameShape>();
  });
});
