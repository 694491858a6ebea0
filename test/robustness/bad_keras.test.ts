/** Bad models of TensorFlow.js and Keras: the error names the file, the place and the layer. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { ArgumentError, FormatError, io } from '../../lib/index.js';
import { ArraysMismatchError } from '../../lib/training/index.js';
import { refuses } from './support.js';

/** Anything at all, where the compiler would object. */
const any = (value: unknown) => value as never;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convgrad-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Settings = Readonly<Record<string, unknown>>;

const good = { name: 'dense', units: 2, batch_input_shape: [null, 3] };
const dense = (more: Settings = {}, className = 'Dense') => ({ class_name: className, config: { ...good, ...more } });
const sequential = (...config: unknown[]) => ({ class_name: 'Sequential', config });
const weights = [
  { name: 'dense/kernel', shape: [3, 2], dtype: 'float32' },
  { name: 'dense/bias', shape: [2], dtype: 'float32' },
];

/** Loads a model of these layers, weights and bytes. */
async function load(modelTopology: unknown, group: unknown = { paths: ['w.bin'], weights }, bytes = 32, options = {}) {
  const file = path.join(folder, 'model.json');
  await writeFile(file, JSON.stringify({ modelTopology, weightsManifest: [group] }));
  await writeFile(path.join(folder, 'w.bin'), new Uint8Array(bytes));
  return io.loadTfjs(file, any(options));
}

const group = (...list: unknown[]) => ({ paths: ['w.bin'], weights: list });

/** A Functional model of an input, these layers, and an output. */
const functional = (...layers: unknown[]) => ({
  class_name: 'Functional',
  config: {
    layers: [
      { class_name: 'InputLayer', name: 'x', config: { batch_input_shape: [null, 3] }, inbound_nodes: [] },
      ...layers,
    ],
    input_layers: [['x', 0, 0]],
    output_layers: [['y', 0, 0]],
  },
});
const called = (name: string, ...sources: unknown[]) => ({
  class_name: 'Activation',
  name,
  config: { activation: 'relu' },
  inbound_nodes: [sources],
});

// biome-ignore format: a line per case
refuses('topologies of Keras', [
  ['of no class', () => load({}), FormatError, 'the model (undefined) is no Sequential or Functional one'],
  ['of another class', () => load({ class_name: 'Subclassed', config: {} }), FormatError, "the model ('Subclassed') is no Sequential"],
  ['without layers', () => load({ class_name: 'Sequential', config: {} }), FormatError, 'has no list of layers'],
  ['of no layers', () => load(sequential()), FormatError, 'has no layers'],
  ['of layers that are none', () => load(sequential(3)), FormatError, 'has no settings for layer 0'],
  ['of layers without names', () => load(sequential(dense({ name: undefined }))), FormatError, 'has no name for layer 0'],
  ['of two layers of one name', () => load(sequential(dense(), dense())), FormatError, "has two layers named 'dense'"],
  ['with names that no path can hold', () => load(sequential(dense({ name: 'a.b' }))), FormatError, "layer 'a.b' (Dense) does not work: dense: name must be a string without dots"],
  ['without an input shape', () => load(sequential(dense({ batch_input_shape: undefined }))), FormatError, 'does not say what shape its input has; give inputShape'],
  ['with an input shape of text', () => load(sequential(dense({ batch_input_shape: [null, '3'] }))), FormatError, 'has the input shape'],
  ['with a class nobody knows', () => load(sequential(dense({}, 'LSTM'))), FormatError, /model\.json at byte \d+: layer 'dense' \(LSTM\) is of a class that cannot be expressed/],
  ['with a class of every object', () => load(sequential(dense({}, 'constructor'))), FormatError, 'is of a class that cannot be expressed'],
  ['with an unknown setting', () => load(sequential(dense({ quantum: true }))), FormatError, 'has the setting quantum = true, which cannot be expressed'],
  ['with a regularizer', () => load(sequential(dense({ kernel_regularizer: {} }))), FormatError, "ignore: ['kernel_regularizer'] leaves it out"],
  ['with an unknown activation', () => load(sequential(dense({ activation: 'hard_sigmoid' }))), FormatError, 'has the activation "hard_sigmoid"; expected one of linear, relu'],
  ['of half precision', () => load(sequential(dense({ dtype: 'float16' }))), FormatError, "has the setting dtype = 'float16'"],
  ['with units of text', () => load(sequential(dense({ units: '2' }))), FormatError, "has units '2', expected an integer"],
  ['with units below zero', () => load(sequential(dense({ units: -2 }))), FormatError, 'does not work: dense: units must be a positive integer, but received -2'],
  ['with channels first', () => load(sequential(dense({ batch_input_shape: [null, 8, 8, 1], filters: 2, units: undefined, kernel_size: 3, data_format: 'channels_first' }, 'Conv2D'))), FormatError, "has data_format 'channels_first'; only 'channels_last' can be expressed"],
  ['whose layers do not fit', () => load(sequential(dense({ batch_input_shape: [null, 8, 8, 1] }))), FormatError, 'expects a flat input [features], got [8, 8, 1]'],
  ['that go in a circle', () => load(functional(called('y', ['z', 0, 0]), called('z', ['y', 0, 0]))), FormatError, "never gets to 'y': a layer on the way to it is missing, or the layers go in a circle"],
  ['that refer to nothing', () => load(functional(called('y', ['nobody', 0, 0]))), FormatError, "never gets to 'y'"],
  ['that refer to a second output', () => load(functional(called('y', ['x', 0, 1]))), FormatError, "refers to output 1 of 'x', which has one"],
  ['that refer in words', () => load(functional(called('y', 'x'))), FormatError, "layer 'y' (Activation) refers to"],
  ['that call with arguments', () => load(functional(called('y', ['x', 0, 0, { training: false }]))), FormatError, 'is called with training = false'],
  ['that give one layer two inputs', () => load(functional(called('y', ['x', 0, 0], ['x', 0, 0]))), FormatError, 'is given 2 inputs, expected one'],
  ['nested without end', () => load(Array.from({ length: 40 }).reduce<unknown>((inner, _, i) => ({ class_name: 'Sequential', config: { name: `m${i}`, layers: [inner] } }), dense())), FormatError, 'is nested 32 deep'],
]);

// biome-ignore format: a line per case
refuses('weights of TensorFlow.js', [
  ['in a file that is missing', () => load(sequential(dense()), { paths: ['gone.bin'], weights }), ArgumentError, /loadTfjs: cannot read '.*gone\.bin': ENOENT/],
  ['in a folder above', () => load(sequential(dense()), { paths: ['../w.bin'], weights }), FormatError, "has the path '../w.bin', expected one of a file beside it or below"],
  ['cut', () => load(sequential(dense()), undefined, 31), FormatError, /w\.bin at byte 31: the weights of the group take 32 bytes, but its 1 files hold 31/],
  ['with more than they announce', () => load(sequential(dense()), undefined, 4000), FormatError, 'but its 1 files hold 4000'],
  ['of a shape that lies', () => load(sequential(dense()), group({ ...weights[0], shape: [2, 3] }, weights[1])), ArraysMismatchError, 'different: dense/kernel has shape [2, 3], expected [3, 2]'],
  ['of another dtype', () => load(sequential(dense()), group({ ...weights[0], dtype: 'int32' }, weights[1])), ArraysMismatchError, 'dense/kernel is int32, expected float32'],
  ['of layers of terabytes', () => load(sequential(dense({ units: 2 ** 40 }))), ArraysMismatchError, 'dense/kernel has shape [3, 2], expected [3, 1099511627776]'],
  ['that are missing', () => load(sequential(dense()), group(weights[1]), 8), ArraysMismatchError, 'missing: dense/kernel'],
  ['of other layers', () => load(sequential(dense()), group(...weights, { ...weights[1], name: 'other/bias' }), 40), ArraysMismatchError, 'unexpected: other/bias'],
  ['of one name', () => load(sequential(dense()), group(weights[1], weights[1]), 16), FormatError, "has two weights named 'dense/bias'"],
]);

// biome-ignore format: a line per case
refuses('loading and saving models of Keras', [
  ['no path', () => io.loadTfjs(any(7)), ArgumentError, 'loadTfjs: expected a path, but received 7'],
  ['a file that is missing', () => io.loadTfjs(path.join(folder, 'none.json')), ArgumentError, /loadTfjs: cannot read '.*none\.json': ENOENT/],
  ['an unknown option', () => load(sequential(dense()), undefined, 32, { strict: false }), ArgumentError, "loadTfjs: unknown option 'strict'; it takes inputShape, ignore, seed"],
  ['an input shape of text', () => load(sequential(dense()), undefined, 32, { inputShape: '3' }), ArgumentError, "inputShape: shape must be an array of extents, but received '3'"],
  ['one setting to ignore', () => load(sequential(dense()), undefined, 32, { ignore: 'seed' }), ArgumentError, "ignore must be an array of names of settings, but received 'seed'"],
  ['something else than a model', () => io.saveTfjs(any({}), path.join(folder, 'x.json')), ArgumentError, 'saveTfjs: expected a model, but received {}'],
  ['a model to nowhere', () => io.saveTfjs(any({}), ''), ArgumentError, "saveTfjs: expected a path, but received ''"],
]);

/** Loads an HDF5 file, or what should be one. */
async function hdf5(bytes: Uint8Array | string): Promise<unknown> {
  const file = path.join(folder, 'model.h5');
  await writeFile(file, bytes);
  return io.loadKeras(file);
}

/** Loads an HDF5 file with these attributes, and groups of weights that list these names. */
async function keras(attributes: Readonly<Record<string, string>>, groups?: Readonly<Record<string, string[]>>) {
  const { default: h5 } = await import('h5wasm/node');
  await h5.ready;
  const name = path.join(folder, 'made.h5');
  const file = new h5.File(name, 'w');
  for (const [key, value] of Object.entries(attributes)) file.create_attribute(key, value);
  if (groups) file.create_group('model_weights').create_attribute('layer_names', Object.keys(groups));
  for (const [layer, names] of Object.entries(groups ?? {})) {
    const group = file.create_group(`model_weights/${layer}`);
    if (names.length > 0) group.create_attribute('weight_names', names);
  }
  file.close();
  return io.loadKeras(name);
}

const config = JSON.stringify(sequential(dense()));

// biome-ignore format: a line per case
refuses('HDF5 files of Keras', [
  ['that are missing', () => io.loadKeras(path.join(folder, 'none.h5')), ArgumentError, /loadKeras: cannot read '.*none\.h5': ENOENT/],
  ['that are empty', () => hdf5(''), FormatError, 'model.h5 at byte 0: cannot be read as a Keras model'],
  ['of another kind', () => hdf5('PK\x03\x04 a zip, as Keras 3 writes'), FormatError, 'cannot be read as a Keras model'],
  ['without a path', () => io.loadKeras(any(undefined)), ArgumentError, 'loadKeras: expected a path, but received undefined'],
  ['of weights alone', () => keras({}), FormatError, 'has no model_config: it holds weights without their layers'],
  ['with a topology that is no JSON', () => keras({ model_config: '{' }), FormatError, 'has a model_config that is not valid JSON'],
  ['with another topology', () => keras({ model_config: '{"class_name":"LSTM"}' }), FormatError, "the model ('LSTM') is no Sequential or Functional one"],
  ['without weights', () => keras({ model_config: config }), FormatError, 'has no group model_weights'],
  ['whose layers have none', () => keras({ model_config: config }, { dense: [] }), ArraysMismatchError, 'missing: dense/kernel, dense/bias'],
  ['that list what is not there', () => keras({ model_config: config }, { dense: ['dense/kernel:0'] }), FormatError, "has no dataset 'dense/kernel:0' of layer 'dense', which it lists"],
]);
