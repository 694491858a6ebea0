// How much of the classes each layer has made plain: a linear classifier is trained on its activations, which stay as they are
// (Alain & Bengio 2016, arXiv 1610.01644). Its accuracy rises with depth in a network that builds on its own features.
//
//   features    the layer's maps averaged to pooledSize × pooledSize, each number standardised over the training data
//   classifier  softmax regression, Adam

import { fromArrays } from '../data/sources/arrays.js';
import type { BatchSource, HostArray, Sample } from '../data/types.js';
import type { Image8 } from '../formats/png.js';
import { dense } from '../layers/dense.js';
import { softmaxCrossEntropy } from '../losses/softmax_cross_entropy.js';
import { accuracy } from '../metrics/accuracy.js';
import type { Model } from '../models/model.js';
import { sequential } from '../models/sequential.js';
import { adam } from '../optimizers/adam.js';
import { checkInteger, checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import { checkDataset } from '../training/options.js';
import { barChart } from './bar_chart.js';
import { checkImageModel, layerOf } from './inspect.js';
import { pooledActivations, pooledLength } from './pooled.js';
import { Visualization } from './visualization.js';

/** Samples with class numbers. */
type Classified = BatchSource<Sample<HostArray, HostArray>>;

/** Options of `linearProbes`. */
export interface LinearProbesOptions {
  /** Paths of the layers, in the order they are reported in. */
  readonly layers: readonly string[];
  /** Maps are averaged to this height and width first, default 1. */
  readonly pooledSize?: number;
  /** Passes over the training data for each classifier, default 20. */
  readonly epochs?: number;
  /** Default 0.01. */
  readonly learningRate?: number;
  /** Decides initial weights and the order of samples, default 0. */
  readonly seed?: number;
}

/** What the classifier of one layer reaches. */
export interface Probe {
  readonly layer: string;
  /** Numbers it is given for each image. */
  readonly features: number;
  /** Share of the test data that it classifies rightly. */
  readonly accuracy: number;
  readonly trainingAccuracy: number;
}

/** The accuracies by layer, [layers]. */
export class LinearProbes extends Visualization<readonly [layers: number]> {
  readonly probes: readonly Probe[];

  /** @internal */
  constructor(probes: readonly Probe[]) {
    super(
      Float32Array.from(probes, (probe) => probe.accuracy),
      [probes.length],
    );
    this.probes = probes;
  }

  /** A bar for each layer. */
  image(): Image8 {
    return barChart(
      this.probes.map((probe) => ({ label: probe.layer, value: probe.accuracy })),
      { heading: 'accuracy of a linear classifier', format: (value) => `${(100 * value).toFixed(1)} %`, highest: 1 },
    );
  }
}

/**
 * The accuracy of linear classifiers on the activations of layers.
 *
 * @param train samples with class numbers; a few thousand tell enough
 * @param test other samples
 * @throws (rejects with) ArgumentError for options or layers that do not fit, ShapeError for images that do not fit
 * @example
 * const { probes } = await vis.linearProbes(model, train.batch(256), test.batch(256), { layers: ['features.6', 'features.13'] });
 * probes.map(({ layer, accuracy }) => `${layer}: ${accuracy}`);
 */
export async function linearProbes(
  model: Model,
  train: Classified,
  test: Classified,
  options: LinearProbesOptions,
): Promise<LinearProbes> {
  const subject = 'linearProbes';
  checkImageModel(subject, model);
  checkDataset(subject, 'train', train);
  checkDataset(subject, 'test', test);
  checkOptions(subject, options, ['layers', 'pooledSize', 'epochs', 'learningRate', 'seed']);
  const { layers, pooledSize = 1, epochs = 20, learningRate = 0.01, seed = 0 } = options;
  if (!Array.isArray(layers) || layers.length === 0)
    throw new ArgumentError(`${subject}: layers must be an array of paths, but received ${show(layers)}`);
  const lengths = layers.map((path) => pooledLength(layerOf(subject, model, path).outputShape, pooledSize));
  checkInteger(subject, 'pooledSize', pooledSize);
  checkInteger(subject, 'epochs', epochs);
  checkNumber(subject, 'learningRate', learningRate, 0);
  checkInteger(subject, 'seed', seed, 0);

  const [known, unseen] = [
    await collect(model, train, layers, pooledSize),
    await collect(model, test, layers, pooledSize),
  ];
  const classes = known.labels.reduce((largest, label) => Math.max(largest, label + 1), 2);
  const probes: Probe[] = [];
  for (const [i, layer] of layers.entries()) {
    const features = lengths[i] as number;
    const scale = standardiser(known.features[i] as Float32Array, features);
    const samples = ({ features: all, labels }: Collected) =>
      fromArrays({ images: scale(all[i] as Float32Array), imageShape: [features], labels });
    using probe = sequential({ inputShape: [features], layers: [dense({ units: classes })], seed });
    using optimizer = adam({ learningRate });
    const metrics = [accuracy()];
    const training = samples(known);
    await probe.fit(training.shuffle({ seed }).batch(Math.min(256, known.labels.length)), {
      ...{ epochs, optimizer, loss: softmaxCrossEntropy, progress: false, seed },
    });
    const score = async (data: typeof training) =>
      (await probe.evaluate(data.batch(1024), { loss: softmaxCrossEntropy, metrics })).accuracy;
    probes.push({ layer, features, accuracy: await score(samples(unseen)), trainingAccuracy: await score(training) });
  }
  return new LinearProbes(probes);
}

interface Collected {
  /** For each layer [samples, features]. */
  readonly features: readonly Float32Array[];
  readonly labels: Int32Array;
}

/** The activations of a dataset. */
async function collect(model: Model, data: Classified, layers: readonly string[], size: number): Promise<Collected> {
  const parts = layers.map((): Float32Array[] => []);
  const labels: number[] = [];
  for await (const { x, y } of data.batches()) {
    const found = await pooledActivations(model, x, layers, size);
    for (const [i, part] of found.entries()) parts[i]?.push(part.data);
    if (y.dtype !== 'int32' || y.shape.length !== 1)
      throw new ArgumentError(
        `linearProbes: the data must have class numbers, int32 [batch], but have ${y.dtype} ${formatShape(y.shape)}`,
      );
    labels.push(...y.data);
  }
  return { features: parts.map(joined), labels: Int32Array.from(labels) };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Subtracts each column's mean and divides by its deviation; a column that does not vary becomes zero. */
function standardiser(rows: Float32Array, columns: number): (rows: Float32Array) => Float32Array {
  const [sums, squares] = [new Float64Array(columns), new Float64Array(columns)];
  const count = rows.length / columns;
  for (const [at, value] of rows.entries()) sums[at % columns] = (sums[at % columns] as number) + value / count;
  for (const [at, value] of rows.entries())
    squares[at % columns] = (squares[at % columns] as number) + (value - (sums[at % columns] as number)) ** 2 / count;
  const factors = squares.map((variance) => (variance > 1e-12 ? 1 / Math.sqrt(variance) : 0));
  return (given) =>
    given.map((value, at) => (value - (sums[at % columns] as number)) * (factors[at % columns] as number));
}
