// Models of TensorFlow.js: those it saved compute here what they compute there (test/fixtures/tfjs, written by
// scripts/oracle/tfjs_models.mjs), and what is written is read again bit by bit.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTfjs, saveTfjs } from '../../lib/io/index.js';
import { layerClasses, mergeClasses } from '../../lib/io/keras/classes.js';
import * as layers from '../../lib/layers/index.js';
import { graph } from '../../lib/models/graph.js';
import type { Model } from '../../lib/models/model.js';
import { input, join } from '../../lib/models/node.js';
import { sequential } from '../../lib/models/sequential.js';
import type { Shape } from '../../lib/tensor/shape.js';
import { mobilenetV2, resnet } from '../../lib/zoo/index.js';
import { type AnyModel, expectRecorded, fixtures, outputsOf } from './keras_fixtures.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convgrad-'));
});
afterAll(() => rm(folder, { recursive: true }));

const load = (file: string): Promise<AnyModel> => loadTfjs<Shape, Shape>(file) as Promise<never>;
const topologyOf = async (file: string) => JSON.parse(await readFile(file, 'utf8')).modelTopology as unknown;

/** Writes, reads and writes a model again; both files and both models must be the same. @returns the topology */
async function roundTrip(model: AnyModel, vocabulary?: number): Promise<unknown> {
  const [first, second] = [path.join(folder, 'first', 'model.json'), path.join(folder, 'second', 'model.json')];
  await saveTfjs(model, first);
  const again = await load(first);
  await saveTfjs(again, second);
  for (const name of ['model.json', 'group1-shard1of1.bin']) {
    const written = await readFile(path.join(folder, 'first', name));
    expect(written.equals(await readFile(path.join(folder, 'second', name)))).toBe(true);
  }
  expect(await outputsOf(again, vocabulary)).toEqual(await outputsOf(model, vocabulary));
  return topologyOf(first);
}

describe('models that TensorFlow.js saved', () => {
  it.each([
    ['images', undefined],
    ['words', 20],
    ['nested', undefined],
    ['pair', undefined],
  ])('%s', async (name, vocabulary) => {
    const model = await load(path.join(fixtures, 'tfjs', name, 'model.json'));
    await expectRecorded(model, path.join(fixtures, 'tfjs', name), vocabulary);
    await roundTrip(model, vocabulary);
  });

  it('use every class but those TensorFlow.js has not', async () => {
    const used = new Set<string>();
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('class_name' in value) used.add(String(value.class_name));
      Object.values(value).forEach(collect);
    };
    for (const name of ['images', 'words', 'nested', 'pair'])
      collect(await topologyOf(path.join(fixtures, 'tfjs', name, 'model.json')));
    const known = [...layerClasses.keys(), ...mergeClasses.keys()];
    expect(known.filter((name) => !used.has(name as string))).toEqual(['SpatialDropout2D']);
  });
});

const weighted = (model: Model): AnyModel => {
  for (const parameter of model.parameters)
    if (/running|gamma|beta/.test(parameter.name))
      parameter.assign(Float32Array.from({ length: parameter.shape[0] as number }, (_, i) => 0.5 + i / 10));
  return model as unknown as AnyModel;
};

describe('models of ours', () => {
  it('a chain stays a Sequential one, with its paths', async () => {
    const model = sequential({
      inputShape: [8, 8, 2],
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, padding: 1, activation: 'relu', name: 'stem' }),
        layers.batchNorm({ scale: false }),
        layers.sequential([layers.prelu({ shared: true }), layers.spatialDropout({ rate: 0.5 })], { name: 'stage' }),
        layers.activation('leakyRelu'),
        layers.flatten(),
        layers.dense({ units: 3, name: 'logits' }),
      ],
    });
    const topology = await roundTrip(model as never);
    expect(topology).toMatchObject({ class_name: 'Sequential' });
    const again = await load(path.join(folder, 'first', 'model.json'));
    expect([...again.namedParameters().keys()]).toEqual([
      ...['stem.filter', 'stem.bias', '1.gamma', '1.beta', '1.runningMean', '1.runningVariance'],
      ...['stage/0.slope', 'logits.weights', 'logits.bias'],
    ]);
  });

  it('branches become a Functional one, other padding a layer of zeros', async () => {
    const model = sequential({
      inputShape: [8, 8, 2],
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 1 }),
        layers.residual([layers.conv2d({ filters: 6, kernelSize: 3, padding: 'same' }), layers.batchNorm()], {
          shortcut: [layers.conv2d({ filters: 6, kernelSize: 1 })],
          name: 'block',
        }),
        layers.parallel([layers.conv2d({ filters: 2, kernelSize: 1 }), layers.activation('tanh')]),
        layers.globalAveragePool2d(),
      ],
    });
    const topology = await roundTrip(weighted(model as never));
    const names = (topology as { config: { layers: { name: string }[] } }).config.layers.map(({ name }) => name);
    expect(names).toEqual([
      ...['input', '0_pad', '0', 'block/0', 'block/1', 'block/shortcut/0', 'block/add'],
      ...['2/0', '2/1', '2/concat', '3'],
    ]);
  });

  it('adaptive pools are pools where their windows are alike', async () => {
    const pool = layers.adaptiveAveragePool2d({ outputSize: [2, 4] });
    await roundTrip(
      sequential({ inputShape: [6, 4, 2], layers: [layers.conv2d({ filters: 2, kernelSize: 1 }), pool] }) as never,
    );
  });

  it('pools pad with zeros where that changes nothing', async () => {
    const model = sequential({
      inputShape: [8, 8, 2],
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }),
        layers.maxPool2d({ poolSize: 3, strides: 2, padding: 1, name: 'padded' }),
        layers.maxPool2d({ poolSize: 3, strides: 1, padding: 1, name: 'same' }),
        layers.maxPool2d({ poolSize: 3, strides: 3, ceilMode: true, name: 'beyond' }),
        layers.averagePool2d({ poolSize: 2, strides: 2, padding: 1, name: 'counted' }),
      ],
    });
    const topology = await roundTrip(model as never);
    const written = (topology as { config: { layers: { config: { name: string } }[] } }).config.layers;
    expect(written.map(({ config }) => config.name)).toEqual([
      ...['0', 'padded_pad', 'padded', 'same', 'beyond_pad', 'beyond', 'counted_pad', 'counted'],
    ]);
  });

  it('several inputs and outputs keep their names', async () => {
    const [left, right] = [input([4]), input([4])];
    const shared = layers.dense({ units: 3 });
    const sum = join(layers.add(), [left.pipe(shared), right.pipe(shared)]);
    const outputs = { sum, class: sum.pipe(layers.activation('softmax')) };
    await roundTrip(graph({ inputs: { left, right }, outputs }) as never);
    const again = await load(path.join(folder, 'first', 'model.json'));
    expect(again.inputShape).toEqual({ left: [4], right: [4] });
    expect(again.outputShape).toEqual({ sum: [3], class: [3] });
  });

  it('networks of the zoo', async () => {
    await roundTrip(weighted(mobilenetV2({ classes: 4, width: 0.25, inputShape: [32, 32, 3] }) as never));
    await roundTrip(weighted(resnet({ depth: 18, classes: 4, width: 0.125, inputShape: [32, 32, 3] }) as never));
  });

  it('keeps what is frozen', async () => {
    const model = sequential({ inputShape: [3], layers: [layers.dense({ units: 2 }), layers.dense({ units: 2 })] });
    for (const name of ['0.weights', '0.bias']) model.parameter(name).trainable = false;
    await roundTrip(model as never);
    const again = await load(path.join(folder, 'first', 'model.json'));
    expect(again.parameters.map(({ trainable }) => trainable)).toEqual([false, false, true, true]);
    model.parameter('0.bias').trainable = true;
    await expect(saveTfjs(model, path.join(folder, 'x.json'))).rejects.toThrow(
      'dense "0" has some of its parameters frozen',
    );
  });

  // biome-ignore format: a line per case
  it.each([
    ['a layer Keras lacks', [8, 8, 4], layers.groupNorm({ groups: 2 }), 'groupNorm "0" has no class in Keras'],
    ['a flipped kernel', [8, 8, 4], layers.conv2d({ filters: 1, kernelSize: 3, flip: true }), 'flips its kernel'],
    ['an activation Keras lacks', [8, 8, 4], layers.activation('scaledTanh'), 'has the activation scaledTanh'],
    ['a pool with padding', [8, 8, 4], layers.maxPool2d({ poolSize: 3, strides: 2, padding: 1 }), 'has padding that Keras cannot say'],
    ['an average that leaves its padding out', [8, 8, 4], layers.averagePool2d({ poolSize: 2, padding: 1, countIncludePad: false }), 'has padding that Keras cannot say'],
    ['an average beyond its input', [8, 8, 4], layers.averagePool2d({ poolSize: 3, strides: 2, ceilMode: true }), 'may reach beyond its input (ceilMode)'],
    ['a maximum beyond its input', [10, 10, 4], layers.maxPool2d({ poolSize: 4, ceilMode: true }), 'has padding that Keras cannot say for what may be negative'],
    ['an adaptive pool of uneven windows', [8, 8, 4], layers.adaptiveAveragePool2d({ outputSize: 3 }), 'has windows of different sizes'],
    ['reflection', [8, 8, 4], layers.pad2d({ padding: 1, mode: 'reflect' }), 'pads with something else than zeros'],
    ['other coordinates', [8, 8, 4], layers.upsample2d({ scale: 2, mode: 'bilinear' }), "TensorFlow.js has 'asymmetric' ones only"],
    ['a padding index', [8], layers.embedding({ vocabulary: 3, size: 2, paddingIndex: 0 }), 'has a paddingIndex'],
  ])('refuses to write %s', async (_, inputShape: readonly number[], layer: layers.Layer, message) => {
    const model = sequential({ inputShape, layers: [layer] as never });
    await expect(saveTfjs(model, path.join(folder, 'x.json'))).rejects.toThrow(message);
  });
});

describe('options', () => {
  const dense = (more: object, shape: unknown[] = [null, null]) => ({
    class_name: 'Sequential',
    config: [
      { class_name: 'Dense', config: { name: 'dense', units: 1, use_bias: false, batch_input_shape: shape, ...more } },
    ],
  });
  const write = async (modelTopology: unknown): Promise<string> => {
    const file = path.join(folder, 'model.json');
    const weights = [{ name: 'dense/kernel', shape: [3, 1], dtype: 'float32' }];
    await writeFile(file, JSON.stringify({ modelTopology, weightsManifest: [{ paths: ['w.bin'], weights }] }));
    await writeFile(path.join(folder, 'w.bin'), new Uint8Array(Float32Array.of(1, 2, 3).buffer));
    return file;
  };

  it('inputShape says what the file leaves open', async () => {
    const file = await write(dense({}));
    await expect(loadTfjs(file)).rejects.toThrow('has the input shape [null]; give inputShape for what is left open');
    const model = await loadTfjs(file, { inputShape: [3] });
    expect(await model.parameter('dense.weights').data()).toEqual(Float32Array.of(1, 2, 3));
    await expect(loadTfjs(await write(dense({}, [null, 4])), { inputShape: [3] })).rejects.toThrow(
      "loadTfjs: inputShape [3] does not fit the file's [4]",
    );
  });

  it('ignore leaves settings out that act in training', async () => {
    const file = await write(dense({ kernel_regularizer: { class_name: 'L2', config: { l2: 0.1 } } }, [null, 3]));
    await expect(loadTfjs(file)).rejects.toThrow("ignore: ['kernel_regularizer'] leaves it out");
    expect((await loadTfjs(file, { ignore: ['kernel_regularizer'] })).outputShape).toEqual([1]);
  });
});
