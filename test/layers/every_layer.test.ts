// What holds for every layer: its shape rule tells the run-time shape, its weights survive a file, an optimizer step moves
// every weight it has and reaches the layers before it, a tiny network with it learns one batch by heart, and in bfloat16 its
// gradients are those of float32 but for the rounding.
//
// A new layer needs a line in `cases`; the first test fails until it has one.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { type Precision, withPrecision } from '../../lib/autograd/precision.js';
import { constant } from '../../lib/initializers/index.js';
import { loadWeights, saveWeights } from '../../lib/io/index.js';
import * as layers from '../../lib/layers/index.js';
import { softmaxCrossEntropy } from '../../lib/losses/index.js';
import type { Model } from '../../lib/models/model.js';
import { sequential } from '../../lib/models/sequential.js';
import { add, cast } from '../../lib/ops/index.js';
import { adam, type Optimizer } from '../../lib/optimizers/index.js';
import type { Parameter } from '../../lib/tensor/parameter.js';
import { Random } from '../../lib/tensor/random.js';
import { elementCount, type Shape } from '../../lib/tensor/shape.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';

interface Case {
  /** Shape of a sample. */
  readonly input: Shape;
  readonly make: () => layers.Layer;
  /** What the layer reads: numbers (default), bytes, or indices below 10. */
  readonly reads?: 'float32' | 'uint8' | 'int32';
  /** Whether it draws random numbers in training. */
  readonly random?: boolean;
}

const image: Shape = [6, 7, 3];
const sequence: Shape = [9, 4];

const cases: Readonly<Record<string, Case>> = {
  activation: { input: image, make: () => layers.activation('gelu') },
  adaptiveAveragePool1d: { input: sequence, make: () => layers.adaptiveAveragePool1d({ outputSize: 5 }) },
  adaptiveAveragePool2d: { input: image, make: () => layers.adaptiveAveragePool2d({ outputSize: [2, 3] }) },
  adaptiveMaxPool1d: { input: sequence, make: () => layers.adaptiveMaxPool1d({ outputSize: 3 }) },
  adaptiveMaxPool2d: { input: image, make: () => layers.adaptiveMaxPool2d({ outputSize: [2, 3] }) },
  averagePool1d: { input: sequence, make: () => layers.averagePool1d({ poolSize: 3, strides: 2 }) },
  averagePool2d: { input: image, make: () => layers.averagePool2d({ poolSize: 3, strides: 2, padding: 'same' }) },
  batchNorm: { input: image, make: () => layers.batchNorm() },
  conv1d: { input: sequence, make: () => layers.conv1d({ filters: 5, kernelSize: 3, strides: 2, padding: 'causal' }) },
  conv1dTranspose: {
    input: sequence,
    make: () => layers.conv1dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 1, outputPadding: 1 }),
  },
  conv2d: {
    input: image,
    make: () => layers.conv2d({ filters: 6, kernelSize: [3, 2], strides: [1, 2], groups: 3, activation: 'relu' }),
  },
  conv2dTranspose: {
    input: image,
    make: () => layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 1, outputPadding: 1 }),
  },
  dense: { input: [13], make: () => layers.dense({ units: 8, activation: 'tanh' }) },
  depthwiseConv2d: {
    input: image,
    make: () => layers.depthwiseConv2d({ kernelSize: 3, multiplier: 2, padding: 'same' }),
  },
  dropout: { input: image, make: () => layers.dropout({ rate: 0.3 }), random: true },
  elu: { input: image, make: () => layers.elu({ alpha: 0.5 }) },
  embedding: { input: [7], make: () => layers.embedding({ vocabulary: 10, size: 3 }), reads: 'int32' },
  flatten: { input: image, make: () => layers.flatten() },
  globalAveragePool1d: { input: [2, 16], make: () => layers.globalAveragePool1d() },
  globalAveragePool2d: { input: [2, 1, 16], make: () => layers.globalAveragePool2d() },
  globalMaxPool2d: { input: [2, 3, 8], make: () => layers.globalMaxPool2d() },
  groupNorm: { input: [5, 4, 6], make: () => layers.groupNorm({ groups: 2 }) },
  instanceNorm: { input: image, make: () => layers.instanceNorm() },
  kMaxPool: { input: sequence, make: () => layers.kMaxPool({ k: 3 }) },
  layerNorm: { input: image, make: () => layers.layerNorm({ axes: 3 }) },
  leakyRelu: { input: image, make: () => layers.leakyRelu({ negativeSlope: 0.1 }) },
  localResponseNorm: { input: [5, 4, 8], make: () => layers.localResponseNorm({ alpha: 0.1 }) },
  lpPool1d: { input: sequence, make: () => layers.lpPool1d({ poolSize: 2, p: 3 }) },
  lpPool2d: { input: image, make: () => layers.lpPool2d({ poolSize: 2 }) },
  maxOverTime: { input: [5, 8], make: () => layers.maxOverTime() },
  maxPool1d: { input: sequence, make: () => layers.maxPool1d({ poolSize: 2 }) },
  locallyConnected2d: {
    input: image,
    make: () => layers.locallyConnected2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }),
  },
  maskedConv2d: {
    input: image,
    make: () => layers.maskedConv2d({ connections: [[0, 1], [1, 2], [0, 1, 2], [2]], kernelSize: 3, padding: 1 }),
  },
  maxPool2d: { input: image, make: () => layers.maxPool2d({ poolSize: 3, strides: 2, padding: 1 }) },
  maxUnpool1d: {
    input: sequence,
    make: () => {
      const pool = layers.maxPool1d({ poolSize: 2 });
      return layers.sequential([pool, layers.maxUnpool1d({ pool, outputSize: 9 })]);
    },
  },
  maxUnpool2d: {
    input: image,
    make: () => {
      const pool = layers.maxPool2d({ poolSize: 2 });
      return layers.sequential([pool, layers.maxUnpool2d({ pool, outputSize: [6, 7] })]);
    },
  },
  maxout: { input: [4, 5, 6], make: () => layers.maxout({ pieces: 3 }) },
  normalizePixels: {
    input: image,
    make: () => layers.normalizePixels({ mean: [0.4, 0.5, 0.6], standardDeviation: [0.2, 0.2, 0.3] }),
    reads: 'uint8',
  },
  pad2d: { input: image, make: () => layers.pad2d({ padding: { h: [1, 0], w: [2, 3] }, mode: 'reflect' }) },
  parallel: {
    input: image,
    make: () =>
      layers.parallel([
        layers.conv2d({ filters: 2, kernelSize: 1 }),
        layers.maxPool2d({ poolSize: 3, strides: 1, padding: 1 }),
      ]),
  },
  prelu: { input: image, make: () => layers.prelu() },
  radialBasis: { input: [13], make: () => layers.radialBasis({ units: 6, trainable: true }) },
  reshape: { input: image, make: () => layers.reshape({ shape: [-1, 9] }) },
  residual: {
    input: image,
    make: () =>
      layers.residual([layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 1 })], {
        shortcut: [layers.conv2d({ filters: 4, kernelSize: 1, strides: 2, bias: false })],
      }),
  },
  separableConv2d: {
    input: image,
    make: () => layers.separableConv2d({ filters: 4, kernelSize: 3, padding: 'same' }),
  },
  sequential: {
    input: image,
    make: () => layers.sequential([layers.conv2d({ filters: 4, kernelSize: 3 }), layers.activation('elu')]),
  },
  spatialDropout: { input: [4, 4, 12], make: () => layers.spatialDropout({ rate: 0.3 }), random: true },
  stochasticPool1d: {
    input: sequence,
    make: () => layers.sequential([layers.activation('sigmoid'), layers.stochasticPool1d({ poolSize: 2 })]),
    random: true,
  },
  stochasticPool2d: {
    input: [8, 8, 3],
    make: () => layers.sequential([layers.activation('sigmoid'), layers.stochasticPool2d({ poolSize: 2 })]),
    random: true,
  },
  subsampling1d: { input: sequence, make: () => layers.subsampling1d({ poolSize: 2 }) },
  subsampling2d: { input: image, make: () => layers.subsampling2d({ poolSize: 2 }) },
  subtractiveNorm: { input: image, make: () => layers.subtractiveNorm() },
  stochasticDepth: {
    input: image,
    make: () => layers.residual([layers.stochasticDepth({ rate: 0.3 })]),
    random: true,
  },
  upsample2d: { input: image, make: () => layers.upsample2d({ scale: [2, 3], mode: 'bilinear' }) },
};

const BATCH = 4;

/** Adds one weight per input, so that the gradient by the input of the layer after it can be seen. Its output has that precision. */
class Shift extends layers.Layer<layers.SameShape> {
  readonly #precision: Precision;

  constructor(precision: Precision) {
    super('shift', { name: 'shift' });
    this.#precision = precision;
  }

  override outputShape(input: Shape): Shape {
    return input;
  }

  override parameterSpecs(input: Shape): layers.ParameterSpecs {
    return { offset: { shape: input, initializer: constant(0), trainable: true } };
  }

  override forward(x: Tensor): Tensor {
    return cast(add(x, this.parameter('offset')), this.#precision);
  }
}

function network({ input, make, reads = 'float32' }: Case, seed: number, precision: Precision = 'float32'): Model {
  const before = reads === 'float32' ? [new Shift(precision)] : [];
  const after = [layers.flatten(), layers.dense({ units: BATCH })];
  const tested = layers.sequential([make()], { name: 'tested' });
  return sequential({ inputShape: input, layers: [...before, tested, ...after], seed });
}

/** A batch of samples that differ, each to be told from the others. */
function batchOf({ input, reads = 'float32' }: Case): { x: Tensor; labels: Tensor } {
  const shape = [BATCH, ...input];
  const numbers = noise(elementCount(shape), 5);
  const arrays = {
    float32: () => Float32Array.from(numbers),
    uint8: () => Uint8Array.from(numbers, (value) => 255 * Math.abs(value)),
    int32: () => Int32Array.from(numbers, (value) => 9.99 * Math.abs(value)),
  };
  return { x: tensor(arrays[reads](), shape), labels: tensor(Int32Array.from({ length: BATCH }, (_, i) => i)) };
}

const trainable = (model: Model): Parameter[] => model.parameters.filter((parameter) => parameter.trainable);

/** One optimizer step; the loss before it. */
function step(model: Model, optimizer: Optimizer, x: Tensor, labels: Tensor): Tensor {
  const parameters = trainable(model);
  const { value, gradients } = valueAndGradients(
    () => softmaxCrossEntropy(model.forward(x, { training: true }), labels),
    parameters,
  );
  optimizer.step(parameters, gradients);
  return value;
}

const evaluated = (model: Model, x: Tensor, labels: Tensor, training: boolean): Promise<number> =>
  softmaxCrossEntropy(model.forward(x, { training }), labels).item();

/** Whether a function makes a merge of branches; those are tested in merge.test.ts. */
function makesMerge(make: unknown): boolean {
  try {
    return (make as () => unknown)() instanceof layers.Merge;
  } catch {
    return false; // a layer that wants options
  }
}

it('has a case for every layer there is', () => {
  const factories = Object.entries(layers).filter(
    ([name, value]) => typeof value === 'function' && /^[a-z]/.test(name) && !makesMerge(value),
  );
  expect(Object.keys(cases).sort()).toEqual(factories.map(([name]) => name).sort());
});

describe.each(Object.entries(cases))('%s', (_, example) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'convgrad-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('infers the shape that comes out', () => {
    const model = network(example, 1);
    const { output, intermediates } = model.forwardWith(batchOf(example).x, ['tested']);
    expect(intermediates.tested.shape).toEqual([BATCH, ...example.make().outputShape(example.input)]);
    expect(output.shape).toEqual([BATCH, ...model.outputShape]);
  });

  it('gives the same output with the weights read back from a file', async () => {
    const [saved, loaded] = [network(example, 1), network(example, 2)];
    const { x, labels } = batchOf(example);
    step(saved, adam({ learningRate: 0.01 }), x, labels);
    const file = path.join(folder, 'weights.safetensors');
    await saveWeights(saved, file);
    expect(await values(loaded.forward(x))).not.toEqual(await values(saved.forward(x)));
    await loadWeights(loaded, file);
    expect(await values(loaded.forward(x))).toEqual(await values(saved.forward(x)));
  });

  it('has every weight moved by an optimizer step, and those before it', async () => {
    const model = network(example, 1);
    const { x, labels } = batchOf(example);
    const parameters = trainable(model);
    const before = await Promise.all(parameters.map(values));
    step(model, adam({ learningRate: 0.01 }), x, labels);
    const after = await Promise.all(parameters.map(values));
    const still = parameters.filter((_, i) => `${after[i]}` === `${before[i]}`).map(({ name }) => name);
    expect(still).toEqual([]);
    expect(after.flat().every(Number.isFinite)).toBe(true);
  });

  it('has the gradients of float32 in bfloat16, but for the rounding', async () => {
    const { x, labels } = batchOf(example);
    const gradientsIn = async (precision: Precision) => {
      const model = network(example, 1, precision);
      const { value, gradients } = valueAndGradients(() => {
        const forward = () => model.forward(x, { training: true, random: new Random(7) });
        const logits = withPrecision(precision, forward);
        expect(logits.dtype).toBe(precision);
        return softmaxCrossEntropy(cast(logits, 'float32'), labels);
      }, trainable(model));
      expect(await value.item()).toSatisfy(Number.isFinite);
      expect(gradients.map(({ dtype }) => dtype)).toEqual(gradients.map(() => 'float32'));
      return (await Promise.all(gradients.map(values))).flat();
    };
    const [wide, narrow] = [await gradientsIn('float32'), await gradientsIn('bfloat16')];
    const product = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
    const cosine = product(wide, narrow) / Math.sqrt(product(wide, wide) * product(narrow, narrow));
    expect(cosine).toBeGreaterThan(0.99);
  });

  it('learns one batch by heart', async () => {
    const model = network(example, 1);
    const { x, labels } = batchOf(example);
    const training = !example.random;
    const before = await evaluated(model, x, labels, training);
    const optimizer = adam({ learningRate: 0.03 });
    for (let i = 0; i < 200; i++) step(model, optimizer, x, labels).dispose();
    const after = await evaluated(model, x, labels, training);
    expect(after).toBeLessThan((example.random ? 0.1 : 0.01) * before);
  });
});
