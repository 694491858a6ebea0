// Every network of the zoo runs and learns: narrow, on small images, one step on one batch.
import { describe, expect, it } from 'vitest';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { softmaxCrossEntropy } from '../../lib/losses/index.js';
import type { Model } from '../../lib/models/model.js';
import { sgd } from '../../lib/optimizers/index.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import * as zoo from '../../lib/zoo/index.js';
import { noise } from '../support/tensors.js';

const vectors = Float32Array.from({ length: 200 }, (_, index) => Math.sin(index));
const words = { vocabulary: 20, size: 10, length: 12, filters: 4 };
const narrow = { classes: 5, width: 1 / 16 };
const small = { ...narrow, inputShape: [64, 64, 3] };

const cases: Record<string, () => Model> = {
  lenet5: () => zoo.lenet5({ inputShape: [28, 28, 1] }),
  lenetCaffe: () => zoo.lenetCaffe({ width: 0.2 }),
  alexnet: () => zoo.alexnet({ ...narrow, inputShape: [67, 67, 3] }),
  alexnetOneTower: () => zoo.alexnetOneTower(small),
  zfnet: () => zoo.zfnet({ ...narrow, inputShape: [96, 96, 3] }),
  'vgg 11': () => zoo.vgg({ depth: 11, ...small, inputShape: [32, 32, 3], pooledSize: 1 }),
  'vgg 16C': () => zoo.vgg({ depth: '16C', ...small }),
  'vgg 19 with batch norm': () => zoo.vgg({ ...small, batchNorm: true, inputShape: [32, 32, 3], pooledSize: 1 }),
  googlenet: () => zoo.googlenet(small),
  'googlenet as in torchvision': () => zoo.googlenet({ ...small, variant: 'torchvision' }),
  'resnet 18': () => zoo.resnet({ depth: 18, ...small }),
  'resnet 50 v1': () => zoo.resnet({ version: 'v1', ...small }),
  'resnet 34, shortcut A': () => zoo.resnet({ depth: 34, shortcut: 'A', ...small }),
  'resnet with bottlenecks and shortcut A': () => zoo.resnet({ repeats: [1, 1], shortcut: 'A', ...small }),
  'resnet 18, shortcut C': () => zoo.resnet({ depth: 18, shortcut: 'C', ...small }),
  'resnet 18, plain': () => zoo.resnet({ depth: 18, shortcut: 'none', ...small }),
  'resnetCifar 20': () => zoo.resnetCifar({ width: 0.25 }),
  'resnetCifar 20, plain': () => zoo.resnetCifar({ width: 0.25, shortcut: 'none' }),
  mobilenetV1: () => zoo.mobilenetV1({ ...small, width: 0.125 }),
  mobilenetV2: () => zoo.mobilenetV2({ ...small, width: 0.125, repeats: [1, 2, 1, 1, 1, 1, 1] }),
  'textCnn, rand': () => zoo.textCnn(words),
  'textCnn, static': () => zoo.textCnn({ ...words, variant: 'static', vectors }),
  'textCnn, nonStatic': () => zoo.textCnn({ ...words, variant: 'nonStatic', vectors }),
  'textCnn, multichannel': () => zoo.textCnn({ ...words, variant: 'multichannel', vectors }),
  mnistOneEpoch: () => zoo.mnistOneEpoch({ width: 0.25 }),
  airbench94: () => zoo.airbench94({ width: 0.125 }),
};

function batchFor({ inputShape }: Model, name: string): Tensor {
  const count = 4 * inputShape.reduce((product, extent) => product * extent, 1);
  const shape = [4, ...inputShape];
  if (name.startsWith('textCnn'))
    return tensor(
      Int32Array.from({ length: count }, (_, i) => (i * 7) % 20),
      shape,
    );
  if (name.startsWith('mnist'))
    return tensor(
      Uint8Array.from({ length: count }, (_, i) => (i * 31) % 256),
      shape,
    );
  return tensor(noise(count), shape, 'float32');
}

describe('a training step', () => {
  it.each(Object.entries(cases))('%s', async (name, build) => {
    const model = build();
    const x = batchFor(model, name);
    const labels = tensor(Int32Array.from([0, 1, 1, 0]), [4]);
    const trained = model.parameters.filter(({ trainable }) => trainable);
    const loss = () => softmaxCrossEntropy(model.forward(x, { training: true }), labels);
    const { value, gradients } = valueAndGradients(loss, trained);
    expect(await value.item()).toBeGreaterThan(0);
    for (const [index, gradient] of gradients.entries()) {
      const values = await gradient.data();
      expect(values.every(Number.isFinite), trained[index]?.name).toBe(true);
      // Behind a dead ReLU there is none; at the output there is.
      if (index >= gradients.length - 1) expect(values.some((g) => g !== 0)).toBe(true);
    }
    const optimizer = sgd({ learningRate: 0.01 });
    optimizer.step(trained, gradients);
    const output = await model.forward(x).data();
    expect(output.every(Number.isFinite)).toBe(true);
    model.dispose();
  });

  it('GoogLeNet with classifiers on the side, and then without', async () => {
    const model = zoo.googlenetWithAuxiliary({ ...narrow, inputShape: [160, 160, 3] });
    const x = tensor(noise(2 * 160 * 160 * 3), [2, 160, 160, 3], 'float32');
    const labels = tensor(Int32Array.from([0, 1]), [2]);
    const loss = () => zoo.googlenetLoss(model.forward(x, { training: true }), labels);
    const { value, gradients } = valueAndGradients(loss, model.parameters);
    expect(await value.item()).toBeCloseTo(1.6 * Math.log(5), 0);
    expect((await Promise.all(gradients.map((g) => g.data()))).every((g) => g.every(Number.isFinite))).toBe(true);
    const [all, main] = [model.forward(x).main, model.select('main').forward(x)];
    expect(await main.data()).toEqual(await all.data());
  });

  it('LeNet-5 of 1998 learns a batch by the loss of its paper', async () => {
    const model = zoo.lenet5Classic();
    const x = tensor(noise(8 * 1024), [8, 32, 32, 1], 'float32');
    const labels = tensor(Int32Array.from([0, 1, 2, 3, 4, 5, 6, 7]), [8]);
    const trained = model.parameters.filter(({ trainable }) => trainable);
    const optimizer = sgd({ learningRate: 0.002 });
    const losses: number[] = [];
    for (let step = 0; step < 60; step++) {
      const { value, gradients } = valueAndGradients(() => zoo.lenet5ClassicLoss(model.forward(x), labels), trained);
      optimizer.step(trained, gradients);
      losses.push(await value.item());
    }
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2);
    const codes = await model.parameter('output.codes').data();
    expect(new Set(codes)).toEqual(new Set([-1, 1]));
  });
});

describe("Kim's network", () => {
  const sentences = tensor(
    Int32Array.from({ length: 24 }, (_, index) => (index * 5) % 20),
    [2, 12],
  );

  it('static: the vectors stay, and the padding has none', async () => {
    const model = zoo.textCnn({ ...words, variant: 'static', vectors });
    const table = model.parameter('embedding.table');
    expect(table.trainable).toBe(false);
    const given = Float32Array.from(vectors, (value, index) => (index < 10 ? 0 : value));
    expect((await table.data()).map((value) => value + 0)).toEqual(given); // −0 is 0
  });

  it('multichannel: filters applied to both copies and added are filters applied to their sum', async () => {
    const both = zoo.textCnn({ ...words, variant: 'multichannel', vectors });
    const twice = zoo.textCnn({ ...words, variant: 'static', vectors: vectors.map((value) => 2 * value) });
    expect(both.parameter('embedding.tuned.table').trainable).toBe(true);
    expect(both.parameter('embedding.shortcut.kept.table').trainable).toBe(false);
    expect(await both.forward(sentences).data()).toEqual(await twice.forward(sentences).data());
  });
});

describe('airbench94', () => {
  it('whitens by the images it is given: 12 filters and their negatives', async () => {
    const data = noise(6 * 32 * 32 * 3);
    const model = zoo.airbench94({ width: 1 / 16, whiten: { data, shape: [6, 32, 32, 3] } });
    const filter = await model.parameter('whiten.filter').data();
    for (let tap = 0; tap < 12; tap++)
      for (let index = 0; index < 12; index++)
        expect(filter[tap * 24 + 12 + index]).toBeCloseTo(-(filter[tap * 24 + index] as number), 6);
  });

  it('passes channels through at first, as far as there are', async () => {
    const model = zoo.airbench94({ width: 1 / 2 });
    const filter = await model.parameter('block1.conv2.filter').data(); // [3, 3, 32, 32]: all of them
    const identity = Array.from({ length: 9 * 32 * 32 }, (_, at) =>
      at >= 4 * 1024 && (at - 4 * 1024) % 33 === 0 && at < 5 * 1024 ? 1 : 0,
    );
    expect([...filter]).toEqual(identity);
    const wider = await model.parameter('block2.conv1.filter').data(); // [3, 3, 32, 128]: the first 32
    expect(wider[4 * 32 * 128]).toBe(1);
    expect(wider[1]).toBe(0);
    expect(wider[127]).not.toBe(0);
  });
});

describe('shortcut A', () => {
  it('passes every other pixel through, between channels of zeros', async () => {
    const model = zoo.resnet({
      repeats: [1, 1],
      bottleneck: false,
      shortcut: 'A',
      width: 1 / 32,
      ...{ inputShape: [16, 16, 3] },
    });
    const x = tensor(noise(16 * 16 * 3), [1, 16, 16, 3], 'float32');
    for (const [path, parameter] of model.namedParameters())
      if (path.startsWith('layer2.0.residual.bn2.')) parameter.assign(new Float32Array(parameter.shape[0] as number));
    const paths = ['layer1.0', 'layer2.0'] as const;
    const { intermediates } = model.forwardWith(x, paths);
    const [before, after] = await Promise.all(paths.map((path) => intermediates[path].data()));
    expect([intermediates['layer1.0'].shape, intermediates['layer2.0'].shape]).toEqual([
      [1, 4, 4, 2],
      [1, 2, 2, 4],
    ]);
    const expected = [0, 2, 8, 10].flatMap((pixel) => [0, before?.[2 * pixel], before?.[2 * pixel + 1], 0]);
    expect([...(after ?? [])]).toEqual(expected);
  });
});

describe('VGG made fully convolutional', () => {
  const options = { depth: 11, width: 1 / 16, classes: 5, pooledSize: 2, hidden: 24 } as const;
  const model = zoo.vgg({ ...options, inputShape: [64, 64, 3] });
  const image = tensor(noise(96 * 128 * 3), [1, 96, 128, 3], 'float32');

  it('puts out the same on images of the trained size', async () => {
    const x = tensor(noise(2 * 64 * 64 * 3), [2, 64, 64, 3], 'float32');
    const dense = zoo.vggFullyConvolutional(model, { ...options, inputShape: [64, 64, 3] });
    expect(dense.outputShape).toEqual([1, 1, 5]);
    const [expected, given] = await Promise.all([model.forward(x).data(), dense.forward(x).data()]);
    for (const [index, value] of given.entries()) expect(value).toBeCloseTo(expected[index] as number, 5);
  });

  it('puts out a row of logits for each position of larger ones', async () => {
    const dense = zoo.vggFullyConvolutional(model, { ...options, inputShape: [96, 128, 3] });
    expect(dense.forward(image).shape).toEqual([1, 2, 3, 5]);
  });

  it('refuses a model that it does not know', () => {
    expect(() => zoo.vggFullyConvolutional(zoo.lenet5(), { ...options, inputShape: [96, 128, 3] })).toThrow(
      "vggFullyConvolutional: the model has no parameter 'features.0.filter'; is it a VGG of these options?",
    );
  });
});

describe('options', () => {
  it.each<[() => Model, string]>([
    [() => zoo.vgg({ depth: 12 as 11 }), "vgg: depth must be one of '11', '13', '16', '19', '16C', but received '12'"],
    [() => zoo.resnet({ depht: 18 } as zoo.ResnetOptions), "resnet: unknown option 'depht'"],
    [() => zoo.resnet({ repeats: [] }), 'resnet: repeats must list the blocks of each stage, but received []'],
    [() => zoo.resnetCifar({ depth: 21 }), 'resnetCifar: depth must be 6n + 2, but received 21'],
    [() => zoo.resnet({ width: -1 }), 'resnet: width must be a finite number of at least 0, but received -1'],
    [() => zoo.vgg({ inputShape: [224, 224] }), 'vgg: inputShape must be [height, width, channels], but is [224, 224]'],
    [() => zoo.alexnet({ towers: 3 as 2 }), 'alexnet: towers must be 1 or 2, but received 3'],
    [() => zoo.streetNumbers({ depth: 12 }), 'streetNumbers: depth must be from 3 to 11, but received 12'],
    [
      () => zoo.streetNumbers({ depth: 4, filters: [8] }),
      'streetNumbers: depth 4 has 2 convolutions, but filters are [8]',
    ],
    [() => zoo.streetNumbers({ classes: 10 } as zoo.StreetNumbersOptions), "streetNumbers: unknown option 'classes'"],
    [() => zoo.lenet5Classic({ width: 2 } as object), "lenet5Classic: unknown option 'width'"],
    [() => zoo.resnet({ width: 0 }), 'resnet: width must be positive, but received 0'],
    [() => zoo.textCnn({ vocabulary: 10, variant: 'static' }), "textCnn: variant 'static' needs vectors"],
    [() => zoo.textCnn({ ...words, vectors }), "textCnn: variant 'rand' takes no vectors"],
    [() => zoo.googlenet({ variant: 'caffe' as 'paper' }), "googlenet: variant must be one of 'paper', 'torchvision'"],
    [
      () => zoo.mobilenetV2({ repeats: [1] }),
      'mobilenetV2: repeats must list the blocks of 7 stages, but received [1]',
    ],
  ])('%# are checked', (build, message) => {
    expect(build).toThrow(message);
  });
});
