// Writes the models of test/fixtures/tfjs: made and saved by TensorFlow.js, with what it computes for an input.
//
//   npm install --prefix /tmp/tfjs --ignore-scripts @tensorflow/tfjs@4.22.0
//   node scripts/oracle/tfjs_models.mjs /tmp/tfjs
//
// An input's elements are ((37 i) mod 101) / 101 − 0.5, indices (37 i) mod 101 mod the vocabulary.
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(path.resolve(process.argv[2] ?? '.', 'package.json'));
const tf = require('@tensorflow/tfjs');
const { layers: l } = tf;
const root = fileURLToPath(new URL('../../test/fixtures/tfjs/', import.meta.url));
const batch = 2;

const fill = (shape, vocabulary) =>
  tf.tensor(
    Array.from({ length: shape.reduce((a, b) => a * b, batch) }, (_, i) =>
      vocabulary ? ((37 * i) % 101) % vocabulary : ((37 * i) % 101) / 101 - 0.5,
    ),
    [batch, ...shape],
  );

/** Weights that are all different, statistics and slopes included. */
function randomise(model) {
  let seed = 1;
  for (const layer of model.layers)
    layer.setWeights(
      layer.getWeights().map((weight, i) => {
        const spread = layer.getClassName() === 'BatchNormalization' && i === 3 ? [0.5, 1.5] : [-0.5, 0.5];
        return tf.randomUniform(weight.shape, ...spread, 'float32', seed++);
      }),
    );
}

async function save(name, model, vocabulary) {
  randomise(model);
  const folder = path.join(root, name);
  await mkdir(folder, { recursive: true });
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData, generatedBy }) => {
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      const json = { format: 'layers-model', generatedBy, convertedBy: null, modelTopology, weightsManifest };
      await writeFile(path.join(folder, 'model.json'), JSON.stringify(json));
      await writeFile(path.join(folder, 'weights.bin'), new Uint8Array(weightData));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const inputs = model.inputs.map(({ shape }) => fill(shape.slice(1), vocabulary));
  const outputs = [model.predict(inputs.length === 1 ? inputs[0] : inputs)].flat();
  const expected = outputs.map((output, i) => ({
    name: model.outputNames[i],
    shape: output.shape,
    data: Array.from(output.dataSync(), (value) => Number(value.toPrecision(7))),
  }));
  await writeFile(path.join(folder, 'expected.json'), JSON.stringify(expected));
}

/** Every layer over images, and the merges. */
function images() {
  const image = tf.input({ shape: [9, 8, 3], name: 'image' });
  const padded = l
    .zeroPadding2d({
      padding: [
        [1, 0],
        [2, 1],
      ],
      name: 'pad',
    })
    .apply(image);
  const stem = l
    .conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', useBias: false, name: 'stem' })
    .apply(padded);
  const norm = l.batchNormalization({ momentum: 0.9, name: 'norm' }).apply(stem);
  const six = l.reLU({ maxValue: 6, name: 'six' }).apply(norm);
  const dilated = l
    .conv2d({ filters: 4, kernelSize: [3, 2], dilationRate: 2, padding: 'same', activation: 'elu', name: 'dilated' })
    .apply(six);
  const depthwise = l
    .depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same', activation: 'swish', name: 'depthwise' })
    .apply(six);
  const separable = l
    .separableConv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'softplus', name: 'separable' })
    .apply(depthwise);
  const sum = l.add({ name: 'sum' }).apply([dilated, separable]);
  const leaky = l.leakyReLU({ name: 'leaky' }).apply(sum);
  const prelu = l.prelu({ sharedAxes: [1, 2], name: 'prelu' }).apply(six);
  const product = l.multiply({ name: 'product' }).apply([leaky, prelu]);
  const mean = l.average({ name: 'mean' }).apply([product, six, sum]);
  const largest = l.maximum({ name: 'largest' }).apply([mean, dilated]);
  const dropped = l.dropout({ rate: 0.25, name: 'dropped' }).apply(largest);
  const normal = l.layerNormalization({ name: 'normal' }).apply(dropped);
  const elu = l.elu({ name: 'elu' }).apply(normal);
  const up = l.upSampling2d({ size: [2, 1], name: 'up' }).apply(elu);
  const smooth = l.upSampling2d({ size: [1, 2], interpolation: 'bilinear', name: 'smooth' }).apply(up);
  const transposed = l
    .conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation: 'tanh', name: 'transposed' })
    .apply(elu);
  const wide = l.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 3, name: 'wide' }).apply(elu);
  const pooled = l.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same', name: 'pooled' }).apply(smooth);
  const averaged = l.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same', name: 'averaged' }).apply(smooth);
  const both = l.concatenate({ name: 'both' }).apply([pooled, averaged]);
  const relu = l.activation({ activation: 'relu', name: 'relu' }).apply(both);
  const rectified = l.reLU({ name: 'rectified' }).apply(wide);
  const parts = [
    l.globalAveragePooling2d({ name: 'gap', dataFormat: 'channelsLast' }).apply(relu),
    l.globalMaxPooling2d({ name: 'gmp', dataFormat: 'channelsLast' }).apply(transposed),
    l.flatten({ name: 'flat' }).apply(l.averagePooling2d({ poolSize: [4, 5], name: 'coarse' }).apply(rectified)),
  ];
  const features = l.concatenate({ name: 'features' }).apply(parts);
  const hidden = l.dense({ units: 8, activation: 'relu', name: 'hidden' }).apply(features);
  const shaped = l.reshape({ targetShape: [2, -1], name: 'shaped' }).apply(hidden);
  const softmax = l.softmax({ axis: -1, name: 'softmax' }).apply(shaped);
  const digit = l.dense({ units: 5, activation: 'softmax', name: 'digit' }).apply(hidden);
  return tf.model({ inputs: image, outputs: [digit, softmax], name: 'images' });
}

/** A Sequential model over words. */
function words() {
  const model = tf.sequential({ name: 'words' });
  model.add(l.embedding({ inputDim: 20, outputDim: 6, inputLength: 12, name: 'embedding' }));
  model.add(l.conv1d({ filters: 5, kernelSize: 3, padding: 'same', activation: 'sigmoid', name: 'same' }));
  model.add(l.maxPooling1d({ poolSize: 2, name: 'pairs' }));
  model.add(l.averagePooling1d({ poolSize: 2, strides: 1, padding: 'same', name: 'means' }));
  model.add(l.conv1d({ filters: 4, kernelSize: 2, strides: 2, activation: 'selu', name: 'strided' }));
  model.add(l.globalMaxPooling1d({ name: 'maximum' }));
  model.add(l.dense({ units: 3, activation: 'gelu', useBias: false, name: 'dense' }));
  return model;
}

/** Models inside a model, and a layer that is called twice. */
function nested() {
  const inner = tf.sequential({ name: 'inner' });
  inner.add(l.conv2d({ inputShape: [6, 6, 1], filters: 3, kernelSize: 3, activation: 'relu6', name: 'conv' }));
  inner.add(l.maxPooling2d({ poolSize: 2, name: 'pool' }));
  const value = tf.input({ shape: [12], name: 'value' });
  const twice = l.dense({ units: 12, activation: 'tanh', name: 'twice' });
  const head = tf.model({ inputs: value, outputs: twice.apply(twice.apply(value)), name: 'head' });
  const model = tf.sequential({ name: 'outer' });
  model.add(inner);
  model.add(l.flatten({ name: 'flat' }));
  model.add(head);
  model.add(l.dense({ units: 2, name: 'last' }));
  return model;
}

/** Two inputs. */
function pair() {
  const left = tf.input({ shape: [4], name: 'left' });
  const right = tf.input({ shape: [4], name: 'right' });
  const shared = l.dense({ units: 3, name: 'shared' });
  const sum = l.add({ name: 'sum' }).apply([shared.apply(left), shared.apply(right)]);
  return tf.model({ inputs: [left, right], outputs: sum, name: 'pair' });
}

await tf.setBackend('cpu');
await save('images', images());
await save('words', words(), 20);
await save('nested', nested());
await save('pair', pair());
