// PyTorch's state dicts, in and out. The fixtures are narrow networks of torchvision's blocks, see scripts/oracle/networks.py.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../lib/formats/safetensors.js';
import { normal } from '../../lib/initializers/index.js';
import { loadTorchWeights, saveTorchWeights } from '../../lib/io/index.js';
import { torchLayout } from '../../lib/io/torch_layout.js';
import * as layers from '../../lib/layers/index.js';
import type { Model } from '../../lib/models/model.js';
import { sequential } from '../../lib/models/sequential.js';
import { ArgumentError } from '../../lib/tensor/errors.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { ArraysMismatchError } from '../../lib/training/assign_arrays.js';
import * as zoo from '../../lib/zoo/index.js';
import { compareLogits } from '../oracle/network_cases.js';
import { noise } from '../support/tensors.js';

const fixtures = fileURLToPath(new URL('../fixtures/networks', import.meta.url));
const narrowVgg = (): Model =>
  zoo.vgg({
    ...{ depth: 11, batchNorm: true, width: 1 / 32, classes: 5 },
    ...{ inputShape: [64, 64, 3], pooledSize: 2, hidden: 12 },
  });
const narrowResnet = (): Model =>
  zoo.resnet({ repeats: [1, 1], bottleneck: false, width: 1 / 8, classes: 5, inputShape: [64, 64, 3] });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convgrad-torch-'));
});
afterAll(() => rm(folder, { recursive: true }));

const names = (model: Model): string[] => torchLayout('test', model).map(({ name }) => name);

describe('networks of torchvision', () => {
  it('VGG: batch norm, and dense weights after a flattened image', async () => {
    expect(await compareLogits(fixtures, 'vgg', narrowVgg())).toBeLessThan(1e-5);
  });

  it('ResNet: blocks and projections', async () => {
    expect(await compareLogits(fixtures, 'resnet', narrowResnet())).toBeLessThan(1e-5);
  });

  it.each([
    ['vgg', narrowVgg],
    ['resnet', narrowResnet],
  ])('%s: what is saved is what was loaded, byte for byte', async (name, build) => {
    const [source, copy] = [path.join(fixtures, `${name}.safetensors`), path.join(folder, `${name}.safetensors`)];
    const model = build();
    await loadTorchWeights(model, source);
    await saveTorchWeights(model, copy, { metadata: { epoch: '3' } });
    const [{ arrays }, saved] = [await readFile(source), await readFile(copy)].map((bytes) =>
      decodeSafetensors(bytes),
    ) as [ReturnType<typeof decodeSafetensors>, ReturnType<typeof decodeSafetensors>];
    const kept = [...arrays].filter(([key]) => !key.endsWith('num_batches_tracked'));
    expect(new Map([...saved.arrays].sort())).toEqual(new Map(kept.sort()));
    expect(saved.metadata).toEqual({ format: 'pt', epoch: '3' });
  });

  it('names are torchvision’s', () => {
    expect(names(zoo.resnet({ depth: 50, width: 1 / 32 }))).toEqual(
      expect.arrayContaining([
        ...['conv1.weight', 'bn1.running_var', 'layer1.0.conv3.weight', 'layer1.0.downsample.0.weight'],
        ...['layer4.2.bn3.bias', 'layer2.0.downsample.1.running_mean', 'fc.weight', 'fc.bias'],
      ]),
    );
    expect(names(zoo.alexnetOneTower({ width: 1 / 32 }))).toEqual(
      [...[0, 3, 6, 8, 10].map((n) => `features.${n}`), ...[1, 4, 6].map((n) => `classifier.${n}`)].flatMap((layer) => [
        `${layer}.weight`,
        `${layer}.bias`,
      ]),
    );
    expect(names(zoo.googlenet({ variant: 'torchvision', width: 1 / 16 }))).toEqual(
      expect.arrayContaining([
        'conv1.conv.weight',
        'inception3a.branch2.1.bn.weight',
        'inception5b.branch4.1.conv.weight',
      ]),
    );
    expect(names(zoo.mobilenetV2({ width: 0.1 }))).toEqual(
      expect.arrayContaining([
        'features.0.0.weight',
        'features.1.conv.0.0.weight',
        'features.18.1.bias',
        'classifier.1.bias',
      ]),
    );
  });
});

describe('layers', () => {
  it('every kind that PyTorch has goes there and back', async () => {
    const build = (seed: number): Model =>
      sequential({
        inputShape: [6, 5, 4],
        seed,
        layers: [
          layers.conv2d({ filters: 6, kernelSize: [3, 2], groups: 2 }),
          layers.depthwiseConv2d({ kernelSize: 2, multiplier: 2 }),
          layers.groupNorm({ groups: 3 }),
          layers.prelu(),
          layers.conv2dTranspose({ filters: 5, kernelSize: 3 }),
          layers.batchNorm(),
          layers.layerNorm({ axes: 3, gammaInitializer: normal(1) }),
          layers.flatten(),
          layers.dropout({ rate: 0.5 }),
          layers.dense({ units: 7, bias: false }),
          layers.layerNorm(),
          layers.dense({ units: 3 }),
        ],
      });
    const [model, other] = [build(1), build(2)];
    const file = path.join(folder, 'kinds.safetensors');
    await saveTorchWeights(model, file);
    const { arrays } = decodeSafetensors(await readFile(file), file);
    const shapes = Object.fromEntries([...arrays].map(([name, { shape }]) => [name, shape]));
    expect(shapes).toMatchObject({
      '0.weight': [6, 2, 3, 2],
      '1.weight': [12, 1, 2, 2],
      '4.weight': [12, 5, 3, 3],
      '6.weight': [5, 5, 5],
      '9.weight': [7, 5 * 5 * 5],
      '11.weight': [3, 7],
    });
    await loadTorchWeights(other, file);
    const x = tensor(noise(120), [1, 6, 5, 4], 'float32');
    expect(await other.forward(x).data()).toEqual(await model.forward(x).data());
  });

  it('a dense layer after a flattened image takes channels first there', async () => {
    const model = sequential({
      inputShape: [2, 3, 2],
      layers: [layers.flatten(), layers.dense({ units: 1, bias: false })],
    });
    model.parameter('1.weights').assign(Float32Array.from({ length: 12 }, (_, index) => index));
    const file = path.join(folder, 'flattened.safetensors');
    await saveTorchWeights(model, file);
    const { arrays } = decodeSafetensors(await readFile(file), file);
    expect([...(arrays.get('1.weight')?.data ?? [])]).toEqual([0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]);
  });

  it('the kernel of a convolution that flips it is mirrored', async () => {
    const build = (flip: boolean): Model =>
      sequential({ inputShape: [5, 5, 2], layers: [layers.conv2d({ filters: 3, kernelSize: [3, 2], flip })] });
    const [plain, flipping] = [build(false), build(true)];
    const file = path.join(folder, 'flipped.safetensors');
    await saveTorchWeights(flipping, file);
    await loadTorchWeights(plain, file);
    const x = tensor(noise(50), [1, 5, 5, 2], 'float32');
    const [expected, given] = [await flipping.forward(x).data(), await plain.forward(x).data()];
    for (const [index, value] of given.entries()) expect(value).toBeCloseTo(expected[index] as number, 5);
    const again = build(true);
    await loadTorchWeights(again, file);
    expect(await again.parameter('0.filter').data()).toEqual(await flipping.parameter('0.filter').data());
  });

  it('the second dense layer is only transposed', () => {
    const model = sequential({
      inputShape: [2, 3, 2],
      layers: [layers.flatten(), layers.dense({ units: 12 }), layers.dense({ units: 12 })],
    });
    expect(torchLayout('test', model).map(({ view }) => view)).toEqual([[2, 3, 2, 12], [12], [12, 12], [12]]);
  });
});

describe('what does not fit', () => {
  const source = path.join(fixtures, 'resnet.safetensors');

  it('lists missing, unexpected and different names, and leaves the model as it was', async () => {
    const model = zoo.resnet({
      ...{ repeats: [1, 2], bottleneck: false, width: 1 / 8, classes: 6, inputShape: [64, 64, 3] },
    });
    const before = await model.parameter('conv1.filter').data();
    const error = await loadTorchWeights(model, source).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ArraysMismatchError);
    const { missing, unexpected, different, message } = error as ArraysMismatchError;
    expect(missing).toContain('layer2.1.conv1.weight');
    expect([unexpected, different]).toEqual([[], ['fc.weight', 'fc.bias']]);
    expect(message).toContain('fc.weight is float32 [5, 16], expected float32 [6, 16]');
    expect(await model.parameter('conv1.filter').data()).toEqual(before);
  });

  it('parts of the file can be ignored, and names changed', async () => {
    const { arrays } = decodeSafetensors(await readFile(source), source);
    const file = path.join(folder, 'module.safetensors');
    const renamed = [...arrays].map(([name, array]) => [`module.${name}`, array] as const);
    const floats = renamed.filter(([, { data }]) => data instanceof Float32Array);
    await writeFile(file, encodeSafetensors([...floats, ['aux1.weight', { data: new Float32Array(2), shape: [2] }]]));
    const rename = (name: string) => `module.${name}`;
    await expect(loadTorchWeights(narrowResnet(), file, { rename })).rejects.toThrow('unexpected: aux1.weight');
    await loadTorchWeights(narrowResnet(), file, { rename, ignore: ['aux1.'] });
  });

  it('a layer without counterpart, and options of other kinds', async () => {
    await expect(saveTorchWeights(zoo.lenet5Classic(), path.join(folder, 'x'))).rejects.toThrow(
      "saveTorchWeights: PyTorch has no counterpart of 'S2.weight' of subsampling2d",
    );
    const ignore = 'aux' as unknown as string[];
    await expect(loadTorchWeights(narrowResnet(), source, { ignore })).rejects.toThrow(ArgumentError);
    await expect(loadTorchWeights(narrowResnet(), path.join(folder, 'none'))).rejects.toThrow('cannot read');
  });
});
