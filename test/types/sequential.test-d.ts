// Shapes at compile time: what sequential infers, and where it gives up on purpose.
import { describe, expectTypeOf, test } from 'vitest';
import type { Layer } from '../../lib/layers/index.js';
import * as layers from '../../lib/layers/index.js';
import type { Model } from '../../lib/models/model.js';
import { sequential } from '../../lib/models/sequential.js';

const conv = <const F extends number>(filters: F) =>
  layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' });
const pool = layers.maxPool2d({ poolSize: 2 });

describe('whole networks', () => {
  test('LeNet-5', () => {
    const model = sequential({
      inputShape: [32, 32, 1],
      layers: [
        layers.conv2d({ filters: 6, kernelSize: 5, activation: 'tanh' }),
        layers.averagePool2d({ poolSize: 2 }),
        layers.conv2d({ filters: 16, kernelSize: 5, activation: 'tanh' }),
        layers.averagePool2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 120, inputs: 400, activation: 'tanh' }),
        layers.dense({ units: 84, activation: 'tanh' }),
        layers.dense({ units: 10 }),
      ],
    });
    expectTypeOf(model.inputShape).toEqualTypeOf<[32, 32, 1]>();
    expectTypeOf(model.outputShape).toEqualTypeOf<[10]>();
  });

  test('VGG-19: 224x224x3 to 1000', () => {
    const model = sequential({
      inputShape: [224, 224, 3],
      // biome-ignore format: one block per line
      layers: [
        conv(64), conv(64), pool,
        conv(128), conv(128), pool,
        conv(256), conv(256), conv(256), conv(256), pool,
        conv(512), conv(512), conv(512), conv(512), pool,
        conv(512), conv(512), conv(512), conv(512), pool,
        layers.flatten(),
        layers.dense({ units: 4096, inputs: 25088, activation: 'relu' }), layers.dropout({ rate: 0.5 }),
        layers.dense({ units: 4096, activation: 'relu' }), layers.dropout({ rate: 0.5 }),
        layers.dense({ units: 1000 }),
      ],
    });
    expectTypeOf(model).toEqualTypeOf<Model<[224, 224, 3], [1000]>>();
  });

  test('a residual network with a strided shortcut', () => {
    const model = sequential({
      inputShape: [32, 32, 3],
      layers: [
        conv(16),
        layers.residual([conv(16), layers.batchNorm(), conv(16), layers.batchNorm()]),
        layers.residual(
          [layers.conv2d({ filters: 32, kernelSize: 3, strides: 2, padding: 'same' }), layers.batchNorm(), conv(32)],
          { shortcut: [layers.conv2d({ filters: 32, kernelSize: 1, strides: 2 })] },
        ),
        layers.activation('relu'),
        layers.globalAveragePool2d(),
        layers.dense({ units: 10, inputs: 32 }),
      ],
    });
    expectTypeOf(model.outputShape).toEqualTypeOf<[10]>();
  });

  test('an inception module', () => {
    const model = sequential({
      inputShape: [28, 28, 192],
      layers: [
        layers.parallel([
          layers.conv2d({ filters: 64, kernelSize: 1 }),
          layers.sequential([layers.conv2d({ filters: 96, kernelSize: 1 }), conv(128)]),
          layers.sequential([
            layers.conv2d({ filters: 16, kernelSize: 1 }),
            layers.conv2d({ filters: 32, kernelSize: 5, padding: 2 }),
          ]),
          layers.sequential([
            layers.maxPool2d({ poolSize: 3, strides: 1, padding: 1 }),
            layers.conv2d({ filters: 32, kernelSize: 1 }),
          ]),
        ]),
      ],
    });
    expectTypeOf(model.outputShape).toEqualTypeOf<[28, 28, 256]>();
  });
});

describe('windows', () => {
  test("the lecture's examples", () => {
    const valid = sequential({ inputShape: [7, 7, 3], layers: [layers.conv2d({ filters: 2, kernelSize: [3, 4] })] });
    expectTypeOf(valid.outputShape).toEqualTypeOf<[5, 4, 2]>();
    const same = sequential({
      inputShape: [7, 7, 3],
      layers: [layers.conv2d({ filters: 2, kernelSize: [3, 4], padding: { total: [2, 3] } })],
    });
    expectTypeOf(same.outputShape).toEqualTypeOf<[7, 7, 2]>();
    const strided = sequential({
      inputShape: [7, 6, 1],
      layers: [layers.conv2d({ filters: 1, kernelSize: 3, strides: [2, 2], padding: 'same' })],
    });
    expectTypeOf(strided.outputShape).toEqualTypeOf<[4, 3, 1]>();
  });

  test('every padding convention', () => {
    const image = { inputShape: [28, 27, 1] } as const;
    const options = { filters: 8, kernelSize: 5, strides: 2 } as const;
    const out = {
      valid: sequential({ ...image, layers: [layers.conv2d({ ...options, padding: 'valid' })] }).outputShape,
      same: sequential({ ...image, layers: [layers.conv2d({ ...options, padding: 'same' })] }).outputShape,
      sameLower: sequential({ ...image, layers: [layers.conv2d({ ...options, padding: 'sameLower' })] }).outputShape,
      full: sequential({ ...image, layers: [layers.conv2d({ ...options, padding: 'full' })] }).outputShape,
      causal: sequential({ ...image, layers: [layers.conv2d({ ...options, padding: 'causal' })] }).outputShape,
      sameTotal: sequential({ ...image, layers: [layers.conv2d({ ...options, padding: { same: 'total' } })] })
        .outputShape,
      two: sequential({ ...image, layers: [layers.conv2d({ ...options, padding: 2 })] }).outputShape,
      perAxis: sequential({ ...image, layers: [layers.conv2d({ ...options, padding: [1, 3] })] }).outputShape,
      total: sequential({ ...image, layers: [layers.conv2d({ ...options, padding: { total: 3 } })] }).outputShape,
      explicit: sequential({ ...image, layers: [layers.conv2d({ ...options, padding: { h: [0, 1], w: [2, 3] } })] })
        .outputShape,
    };
    expectTypeOf(out).toEqualTypeOf<{
      valid: [12, 12, 8];
      same: [14, 14, 8];
      sameLower: [14, 14, 8];
      full: [16, 16, 8];
      causal: [14, 14, 8];
      sameTotal: [14, 14, 8];
      two: [14, 14, 8];
      perAxis: [13, 15, 8];
      total: [14, 13, 8];
      explicit: [13, 14, 8];
    }>();
  });

  test('dilation, groups, and strides that default to the pool', () => {
    const model = sequential({
      inputShape: [55, 55, 96],
      layers: [
        layers.conv2d({ filters: 32, kernelSize: 3, dilations: 2, groups: 4 }),
        layers.maxPool2d({ poolSize: [3, 2], strides: 2 }),
        layers.averagePool2d({ poolSize: [5, 2] }),
      ],
    });
    expectTypeOf(model.outputShape).toEqualTypeOf<[5, 12, 32]>();
  });
});

describe('what is not a literal widens', () => {
  const n = 3 as number;

  test('extents', () => {
    const model = sequential({
      inputShape: [n, 28, 1],
      layers: [layers.conv2d({ filters: 4, kernelSize: 3 }), layers.maxPool2d({ poolSize: 2 })],
    });
    expectTypeOf(model.outputShape).toEqualTypeOf<[number, 13, 4]>();
    const flat = sequential({
      inputShape: [n, 28, 1],
      layers: [layers.flatten(), layers.dense({ units: n, inputs: 784 })],
    });
    expectTypeOf(flat.outputShape).toEqualTypeOf<[number]>();
  });

  test('options', () => {
    const model = sequential({ inputShape: [28, 28, 1], layers: [layers.conv2d({ filters: n, kernelSize: n })] });
    expectTypeOf(model.outputShape).toEqualTypeOf<[number, number, number]>();
  });

  test('a spread of an array of layers; a spread of a tuple does not', () => {
    const block = [conv(8), pool];
    const widened = sequential({ inputShape: [28, 28, 1], layers: [...block, layers.dense({ units: 10 })] });
    expectTypeOf(widened.outputShape).toEqualTypeOf<number[]>();
    const tuple = [conv(8), pool] as const;
    const inferred = sequential({ inputShape: [28, 28, 1], layers: [...tuple, layers.flatten()] });
    expectTypeOf(inferred.outputShape).toEqualTypeOf<[1568]>();
  });

  test('a layer of unknown rule; what follows is known again', () => {
    const unknown: Layer = conv(8);
    const model = sequential({
      inputShape: [28, 28, 1],
      layers: [unknown, layers.flatten(), layers.dense({ units: 10 })],
    });
    expectTypeOf(model.outputShape).toEqualTypeOf<[10]>();
    const image = sequential({ inputShape: [28, 28, 1], layers: [unknown, conv(4)] });
    expectTypeOf(image.outputShape).toEqualTypeOf<[number, number, 4]>();
  });

  test('a typed model is assignable where any model will do', () => {
    const model = sequential({ inputShape: [28, 28, 1], layers: [conv(8)] });
    expectTypeOf(model).toExtend<Model>();
  });
});
