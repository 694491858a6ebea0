/** Bad options, models and data of evaluateCrops. */
import { ArgumentError, data, layers, ShapeError, sequential } from '../../lib/index.js';
import { evaluateCrops } from '../../lib/training/index.js';
import { refuses } from './support.js';

/** Anything at all, where the compiler would object. */
const any = (value: unknown) => value as never;

const classifier = () => sequential({ inputShape: [4, 4, 1], layers: [layers.flatten(), layers.dense({ units: 3 })] });
const images = (labels = [0, 1, 2]) =>
  data.fromArrays({ images: new Float32Array(75), imageShape: [5, 5, 1], labels: Uint8Array.from(labels) }).batch(2);

async function evaluated(options: object, model: unknown = undefined, dataset: unknown = images()): Promise<unknown> {
  using net = classifier();
  return await evaluateCrops(any(model ?? net), any(dataset), options);
}

// biome-ignore format: a line per case
refuses('errors over crops', [
  ['an unknown option', () => evaluated({ crop: 'ten' }), ArgumentError, "evaluateCrops: unknown option 'crop'; it takes crops, top, outputs, signal"],
  ['five crops', () => evaluated({ crops: 'five' }), ArgumentError, "crops must be one of 'center', 'ten', but received 'five'"],
  ['scores of a kind nobody knows', () => evaluated({ outputs: 'scores' }), ArgumentError, "outputs must be one of 'logits', 'probabilities', but received 'scores'"],
  ['no guesses', () => evaluated({ top: [] }), ArgumentError, 'top must be an array of counts, but received []'],
  ['half a guess', () => evaluated({ top: [0.5] }), ArgumentError, 'top[0] must be a positive integer, but received 0.5'],
  ['more guesses than classes', () => evaluated({ top: [4] }), ArgumentError, 'topKCorrect: k must not exceed the 3 classes, but received 4'],
  ['no model', () => evaluated({}, {}), ArgumentError, 'expected a model with parameters and a forward function'],
  ['a model of features', () => evaluated({}, sequential({ inputShape: [4], layers: [layers.dense({ units: 3 })] })), ShapeError, 'the model takes [4], expected [height, width, channels]'],
  ['a model without classes', () => evaluated({ top: [1] }, sequential({ inputShape: [4, 4, 1], layers: [layers.activation('relu')] })), ShapeError, 'the model puts out [2, 4, 4, 1], expected [batch, classes]'],
  ['images without batches', () => evaluated({}, undefined, data.fromArrays({ images: new Float32Array(25), imageShape: [5, 5, 1], labels: new Uint8Array(1) })), ArgumentError, 'call .batch(size) on it'],
  ['images that are too small', () => evaluated({ top: [1] }, sequential({ inputShape: [6, 6, 1], layers: [layers.flatten(), layers.dense({ units: 3 })] })), ShapeError, 'crops of [6, 6] do not fit images of [5, 5, 1]'],
]);
