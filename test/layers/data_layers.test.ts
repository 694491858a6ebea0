// Layers that move, choose, drop or compare: pad2d, reshape, upsample2d, embedding, radialBasis, spatialDropout, stochasticDepth.
import { describe, expect, it } from 'vitest';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { sum } from '../../lib/ops/sum.js';
import { ones, type Tensor, tensor, zeros } from '../../lib/tensor/tensor.js';
import { values } from '../support/tensors.js';

const image = tensor([1, 2, 3, 4], [1, 2, 2, 1]);

/** A shape the compiler knows is exactly this one. */
const known = <const S extends readonly number[]>(shape: S, expected: NoInfer<S>): void =>
  expect(shape).toEqual(expected);

describe('pad2d layer', () => {
  it('adds what the mode says', async () => {
    const model = sequential({ inputShape: [2, 2, 1], layers: [layers.pad2d({ padding: [0, 1], mode: 'replicate' })] });
    known(model.outputShape, [2, 4, 1]);
    expect(await values(model.forward(image))).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
    const sided = layers.pad2d({ padding: { h: [1, 0], w: [0, 2] }, value: 9 });
    const other = sequential({ inputShape: [2, 2, 1], layers: [sided] });
    known(other.outputShape, [3, 4, 1]);
    expect(await values(other.forward(image))).toEqual([9, 9, 9, 9, 1, 2, 9, 9, 3, 4, 9, 9]);
    expect(
      await values(sequential({ inputShape: [2, 2, 1], layers: [layers.pad2d({ padding: 0 })] }).forward(image)),
    ).toEqual([1, 2, 3, 4]);
  });

  it('rejects what it cannot honour', () => {
    expect(() => layers.pad2d({ padding: -1 })).toThrow(
      'pad2d: padding must be a non-negative integer, but received -1',
    );
    expect(() => layers.pad2d({ padding: 'same' as never })).toThrow(
      "pad2d: padding must be a non-negative integer, but received 'same'",
    );
    expect(() => layers.pad2d({ padding: { total: 2 } as never })).toThrow(
      "pad2d: unknown option 'total'; it takes h, w",
    );
    expect(() => layers.pad2d({ padding: 1, mode: 'mirror' as never })).toThrow(
      "pad2d: mode must be one of 'constant'",
    );
    expect(() => layers.pad2d({ padding: 1, mode: 'reflect', value: 1 })).toThrow(
      "pad2d: value is given but mode is 'reflect'",
    );
    expect(() => layers.pad2d({ padding: 1, fill: 0 } as never)).toThrow("pad2d: unknown option 'fill'");
    expect(() => layers.pad2d({ padding: 1 }).outputShape([4])).toThrow(
      'pad2d: expects an image [height, width, channels], got [4]',
    );
  });
});

describe('reshape layer', () => {
  it('keeps the elements in order, and fills one extent in', async () => {
    const model = sequential({ inputShape: [2, 2, 1], layers: [layers.reshape({ shape: [4, -1] })] });
    known(model.outputShape, [4, 1]);
    expect(await values(model.forward(image))).toEqual([1, 2, 3, 4]);
    const back = sequential({ inputShape: [4], layers: [layers.reshape({ shape: [1, 2, 2] }), layers.flatten()] });
    known(back.outputShape, [4]);
    expect(layers.reshape({ shape: [] }).outputShape([1])).toEqual([]);
  });

  it('rejects what does not fit', () => {
    expect(() => layers.reshape({ shape: [0, -1] })).toThrow(
      'reshape: shape[0] must be a positive integer, but received 0',
    );
    expect(() => layers.reshape({ shape: [-1, -1] })).toThrow('reshape: shape[1] must be a positive integer');
    expect(() => layers.reshape({ shape: 4 as never })).toThrow('reshape: shape must be an array of extents');
    expect(() => layers.reshape({ shape: [3, 2] }).outputShape([2, 2])).toThrow(
      'reshape: to [3, 2] does not hold the elements of its input [2, 2]',
    );
    expect(() => layers.reshape({ shape: [3, -1] }).outputShape([2, 2])).toThrow('reshape: to [3, -1] does not hold');
  });
});

describe('leakyRelu and elu layers', () => {
  it('have slopes and limits of their own', async () => {
    const x = tensor([-2, 4], [1, 2]);
    const of = (layer: layers.Layer) => values(sequential({ inputShape: [2], layers: [layer] as never }).forward(x));
    expect(await of(layers.leakyRelu({ negativeSlope: 0.25 }))).toEqual([-0.5, 4]);
    expect((await of(layers.elu({ alpha: 0.5 })))[0]).toBeCloseTo(0.5 * Math.expm1(-2), 6);
    expect(await of(layers.leakyRelu())).toEqual(await of(layers.activation('leakyRelu')));
    expect(await of(layers.elu())).toEqual(await of(layers.activation('elu')));
  });
});

describe('upsample2d layer', () => {
  it('repeats or interpolates', async () => {
    const nearest = sequential({ inputShape: [2, 2, 1], layers: [layers.upsample2d({ scale: 2 })] });
    known(nearest.outputShape, [4, 4, 1]);
    expect(await values(nearest.forward(image))).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
    const linear = layers.upsample2d({ scale: [1, 3], mode: 'bilinear', coordinates: 'alignCorners' });
    const model = sequential({ inputShape: [2, 2, 1], layers: [linear] });
    known(model.outputShape, [2, 6, 1]);
    expect((await values(model.forward(image))).map((v) => Math.round(v * 5))).toEqual([
      5, 6, 7, 8, 9, 10, 15, 16, 17, 18, 19, 20,
    ]);
  });

  it('rejects what it cannot honour', () => {
    expect(() => layers.upsample2d({ scale: 0 })).toThrow(
      'upsample2d: scale must be a positive integer, but received 0',
    );
    expect(() => layers.upsample2d({ scale: 1.5 })).toThrow(
      'upsample2d: scale must be a positive integer, but received 1.5',
    );
    expect(() => layers.upsample2d({ scale: 2, mode: 'cubic' as never })).toThrow(
      "upsample2d: mode must be one of 'nearest', 'bilinear'",
    );
    expect(() => layers.upsample2d({ size: 2 } as never)).toThrow("upsample2d: unknown option 'size'");
    expect(() => layers.upsample2d({ scale: 2 }).outputShape([4])).toThrow('upsample2d: expects an image');
  });
});

describe('embedding layer', () => {
  it('looks indices up, and leaves the padding at 0', async () => {
    const model = sequential({
      inputShape: [3],
      layers: [layers.embedding({ vocabulary: 4, size: 2, paddingIndex: 1 })],
    });
    known(model.outputShape, [3, 2]);
    const table = model.parameter('0.table');
    const rows = await values(table);
    expect(rows.slice(2, 4).map(Math.abs)).toEqual([0, 0]);
    const x = tensor([[3, 1, 3]], [1, 3], 'int32');
    expect(await values(model.forward(x))).toEqual([...rows.slice(6), ...rows.slice(2, 4), ...rows.slice(6)]);
    const { gradients } = valueAndGradients(() => sum(model.forward(x)), [table]);
    expect(await values(gradients[0] as Tensor)).toEqual([0, 0, 0, 0, 0, 0, 2, 2]);
  });

  it('rejects what it cannot honour', async () => {
    expect(() => layers.embedding({ vocabulary: 0, size: 2 })).toThrow(
      'embedding: vocabulary must be a positive integer',
    );
    expect(() => layers.embedding({ vocabulary: 4, size: 2.5 })).toThrow('embedding: size must be a positive integer');
    expect(() => layers.embedding({ vocabulary: 4, size: 2, paddingIndex: 4 })).toThrow(
      'embedding: paddingIndex 4 is not below vocabulary 4',
    );
    expect(() => layers.embedding({ vocabulary: 4, size: 2, dim: 3 } as never)).toThrow(
      "embedding: unknown option 'dim'",
    );
    const model = sequential({ inputShape: [1], layers: [layers.embedding({ vocabulary: 4, size: 2 })] });
    expect(() => model.forward(zeros([1, 1]))).toThrow('embedding "0": indices must be int32, but is float32');
    await expect(model.forward(tensor([[4]], [1, 1], 'int32')).data()).rejects.toThrow(
      'indices[0] is 4, outside of 0 to 3',
    );
  });
});

describe('radialBasis layer', () => {
  it('measures the distance to fixed codes', async () => {
    const codes = new Float32Array([1, 1, -1, -1, 1, -1]);
    const layer = layers.radialBasis({ units: 3, codesInitializer: (parameter) => parameter.assign(codes) });
    const model = sequential({ inputShape: [2], layers: [layer] });
    known(model.outputShape, [3]);
    expect(model.parameter('0.codes').trainable).toBe(false);
    expect(await values(model.forward(tensor([[1, -1]])))).toEqual([4, 4, 0]);
  });

  it('starts with random signs, and may learn', async () => {
    const layer = layers.radialBasis({ units: 50, trainable: true });
    const codes = sequential({ inputShape: [40], layers: [layer] }).parameter('0.codes');
    expect(codes.trainable).toBe(true);
    const signs = await values(codes);
    expect(new Set(signs)).toEqual(new Set([-1, 1]));
    expect(Math.abs(signs.reduce((a, b) => a + b, 0) / 2000)).toBeLessThan(0.1);
  });

  it('rejects what it cannot honour', () => {
    expect(() => layers.radialBasis({ units: 0 })).toThrow(
      'radialBasis: units must be a positive integer, but received 0',
    );
    expect(() => layers.radialBasis({ units: 3, trainable: 1 as never })).toThrow(
      'radialBasis: trainable must be true or false',
    );
    expect(() => layers.radialBasis({ units: 3, codes: [] } as never)).toThrow("radialBasis: unknown option 'codes'");
    expect(() => layers.radialBasis({ units: 3 }).outputShape([2, 2, 1])).toThrow(
      'radialBasis: expects a flat input [features], got [2, 2, 1]: put flatten() before it',
    );
  });
});

describe('layers that drop slices', () => {
  it('spatialDropout drops whole channels, in training only', async () => {
    const model = sequential({ inputShape: [2, 2, 16], layers: [layers.spatialDropout({ rate: 0.5 })] });
    known(model.outputShape, [2, 2, 16]);
    const x = ones([1, 2, 2, 16]);
    expect(await values(model.forward(x))).toEqual(new Array(64).fill(1));
    const y = await values(model.forward(x, { training: true }));
    expect(new Set(y)).toEqual(new Set([0, 2]));
    for (let pixel = 1; pixel < 4; pixel++) expect(y.slice(16 * pixel, 16 * pixel + 16)).toEqual(y.slice(0, 16));
  });

  it('stochasticDepth leaves a residual block its shortcut for some samples', async () => {
    const block = layers.residual([layers.stochasticDepth({ rate: 0.5 })]);
    const model = sequential({ inputShape: [2], layers: [block] });
    const y = await values(model.forward(ones([32, 2]), { training: true }));
    expect(new Set(y)).toEqual(new Set([1, 3]));
    for (let n = 0; n < 32; n++) expect(y[2 * n + 1]).toBe(y[2 * n]);
    expect(await values(model.forward(ones([1, 2])))).toEqual([2, 2]);
  });

  it.each([
    ['spatialDropout', layers.spatialDropout],
    ['stochasticDepth', layers.stochasticDepth],
  ] as const)('%s rejects what it cannot honour', (kind, factory) => {
    const make = factory as (options: unknown) => layers.Layer;
    expect(() => make({ rate: 1 })).toThrow(`${kind}: rate must be below 1, but received 1`);
    expect(() => make({})).toThrow(`${kind}: rate must be a finite number from 0 to 1, but received undefined`);
    expect(() => make({ rate: 0.5, seed: 1 })).toThrow(`${kind}: unknown option 'seed'; it takes name, rate`);
    expect(() => make(0.5)).toThrow(`${kind}: expected an options object, but received 0.5`);
  });
});
