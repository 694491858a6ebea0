// `convgrad bench`: what this machine does, in about a minute: multiply-adds in registers, copies in memory, the layers that
// networks are made of, forward and backward, and training steps of a small network; in bfloat16, too, where that is faster.
//
// Everything but the peak goes through the public API, as a user's program would.
import { multipliesBfloat16, type Precision } from '../autograd/precision.js';
import { fromStacked } from '../data/index.js';
import * as layers from '../layers/index.js';
import { softmaxCrossEntropy } from '../losses/index.js';
import { sequential } from '../models/sequential.js';
import { formatTable, type TableColumn } from '../models/table.js';
import { synchronize, systemInfo } from '../native.js';
import { fmaPeak } from '../ops/fma_peak.js';
import { adam } from '../optimizers/index.js';
import { median } from '../tensor/median.js';
import { Parameter } from '../tensor/parameter.js';
import { Random } from '../tensor/random.js';
import { zeros } from '../tensor/tensor.js';
import { mnistOneEpoch } from '../zoo/mnist_one_epoch.js';
import { cpuModel } from './machine.js';

/** One thing that was measured. */
export interface MachineRate {
  readonly name: string;
  readonly value: number;
  readonly unit: 'GFLOP/s' | 'GB/s' | 'samples/s';
  /** Of the multiply-adds in registers, in the same precision; undefined where that is no measure. */
  readonly fractionOfPeak?: number;
}

/** Seconds that each measurement takes. */
const defaultSeconds = 4;

const copiedBytes = 1 << 26; // from, and as many to: more than a core's share of any cache

interface MeasuredLayer {
  readonly name: string;
  readonly batch: number;
  readonly inputShape: readonly number[];
  readonly make: () => layers.Layer;
}

const conv = (filters: number, kernelSize: number): layers.Layer =>
  layers.conv2d({ filters, kernelSize, padding: 'same', activation: 'relu' });

/** Layers that keep the shape, so that two of them follow one another. */
const measuredLayers: readonly MeasuredLayer[] = [
  { name: 'conv2d 3×3, 64 channels of 56×56', batch: 8, inputShape: [56, 56, 64], make: () => conv(64, 3) },
  { name: 'conv2d 3×3, 256 channels of 14×14', batch: 16, inputShape: [14, 14, 256], make: () => conv(256, 3) },
  { name: 'conv2d 1×1, 256 channels of 28×28', batch: 8, inputShape: [28, 28, 256], make: () => conv(256, 1) },
  { name: 'conv2d 5×5, 32 channels of 28×28', batch: 16, inputShape: [28, 28, 32], make: () => conv(32, 5) },
  { name: 'dense 1024, 512 samples', batch: 512, inputShape: [1024], make: () => layers.dense({ units: 1024 }) },
];

/** GFLOP/s of multiply-adds that stay in registers. */
async function peak(seconds: number, precision: Precision): Promise<number> {
  const rates: number[] = [];
  let iterations = 1000;
  for (const end = performance.now() + 1000 * seconds; performance.now() < end || rates.length === 0; ) {
    const start = performance.now();
    const operations = fmaPeak(32 * systemInfo().threads, iterations, precision);
    await synchronize();
    const milliseconds = performance.now() - start;
    if (milliseconds > 10) rates.push(operations / milliseconds / 1e6);
    else iterations *= 2;
  }
  return median(rates);
}

/** GB/s read and written by a copy. */
async function copyBandwidth(seconds: number): Promise<number> {
  const source = zeros([copiedBytes / 4]);
  const target = new Parameter('target', [copiedBytes / 4]);
  const rates: number[] = [];
  target.assign(source); // its pages are new
  await synchronize();
  for (const end = performance.now() + 1000 * seconds; performance.now() < end || rates.length === 0; ) {
    const start = performance.now();
    target.assign(source);
    await synchronize();
    rates.push((2 * copiedBytes) / (performance.now() - start) / 1e6);
  }
  source.dispose();
  target.dispose();
  return median(rates);
}

/** GFLOP/s of a layer's passes; the backward pass computes both gradients. */
async function layerRates(
  { batch, inputShape, make }: MeasuredLayer,
  seconds: number,
  precision: Precision,
): Promise<[number, number]> {
  using model = sequential({ inputShape, layers: [make(), make()] });
  const once = await model.profile(undefined, { batch, precision, repetitions: 1 });
  const milliseconds = once.forward.milliseconds + once.backward.milliseconds;
  const repetitions = Math.max(1, Math.round((1000 * seconds) / milliseconds));
  const { rows } = await model.profile(undefined, { batch, precision, repetitions });
  const [, second] = rows; // the first has no gradient by its input
  return [second?.forward.gflops ?? 0, second?.backward?.gflops ?? 0];
}

/** Samples per second of `fit` on random pixels. */
async function trainingRate(seconds: number, precision: Precision): Promise<number> {
  const [samples, batch, random] = [1024, 128, new Random(7)];
  const dataset = fromStacked({
    x: { data: Uint8Array.from({ length: samples * 784 }, () => random.integer(256)), shape: [samples, 28, 28, 1] },
    y: { data: Int32Array.from({ length: samples }, () => random.integer(10)), shape: [samples] },
  }).batch(batch);
  using model = mnistOneEpoch();
  using optimizer = adam({ learningRate: 1e-3 });
  const train = (epochs: number, signal?: AbortSignal) =>
    model.fit(dataset, { epochs, optimizer, loss: softmaxCrossEntropy, precision, progress: false, signal });
  await train(1);
  const start = performance.now();
  const { steps } = await train(Number.MAX_SAFE_INTEGER, AbortSignal.timeout(1000 * seconds));
  return (1000 * steps * batch) / (performance.now() - start);
}

/** What a precision adds to the name of what is measured. */
const suffix = { float32: '', bfloat16: ', bfloat16' } as const;

/** The rates that depend on the precision. */
async function ratesIn(
  precision: Precision,
  seconds: number,
  announce: (name: string) => void,
): Promise<readonly MachineRate[]> {
  const named = (name: string): string => name + suffix[precision];
  const peaks: number[] = [];
  const passes: { name: string; value: number }[] = [];
  for (const layer of measuredLayers) {
    announce(named(layer.name));
    peaks.push(await peak(seconds / measuredLayers.length, precision)); // in between, because processors change their clock
    const [forward, backward] = await layerRates(layer, seconds, precision);
    passes.push(
      { name: `${named(layer.name)}: forward`, value: forward },
      { name: `${named(layer.name)}: backward`, value: backward },
    );
  }
  const limit = median(peaks);
  const training = named('training zoo.mnistOneEpoch');
  announce(training);
  return [
    { name: named('multiply-adds in registers'), value: limit, unit: 'GFLOP/s' },
    ...passes.map((pass): MachineRate => ({ ...pass, unit: 'GFLOP/s', fractionOfPeak: pass.value / limit })),
    { name: training, value: await trainingRate(seconds, precision), unit: 'samples/s' },
  ];
}

/** Measures everything, in order; `announce` is told what comes next. */
export async function measureMachine(
  seconds: number = defaultSeconds,
  announce: (name: string) => void = () => {},
): Promise<readonly MachineRate[]> {
  const copies = 'copies of 64 MiB';
  announce(copies);
  const bandwidth: MachineRate = { name: copies, value: await copyBandwidth(seconds), unit: 'GB/s' };
  const rates = [bandwidth, ...(await ratesIn('float32', seconds, announce))];
  if (!multipliesBfloat16(systemInfo().isa)) return rates;
  return [...rates, ...(await ratesIn('bfloat16', seconds, announce))];
}

const columns: readonly TableColumn[] = [
  { heading: 'what', numeric: false },
  { heading: 'rate', numeric: true },
  { heading: 'unit', numeric: false },
  { heading: '% of peak', numeric: true },
];

const remark = "Above 100 %: Winograd's algorithm takes fewer multiply-adds than a convolution is counted with.";

/** Lays the rates out for people. */
export function formatRates(rates: readonly MachineRate[], machine: string): string {
  const cells = ({ name, value, unit, fractionOfPeak }: MachineRate): string[] => [
    name,
    value.toFixed(1),
    unit,
    fractionOfPeak === undefined ? '' : `${(100 * fractionOfPeak).toFixed(0)} %`,
  ];
  return formatTable(columns, rates.map(cells), `${machine}\n${remark}`);
}

/** Runs the command. @returns the exit code */
export async function bench(options: { json?: boolean }): Promise<number> {
  const announce = (name: string): void => {
    if (process.stderr.isTTY) console.error(`measuring ${name}`);
  };
  const { isa, threads } = systemInfo();
  const rates = await measureMachine(defaultSeconds, announce);
  const machine = { processor: cpuModel(), isa, threads, node: process.version };
  const line = `${machine.processor}, ${isa}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, Node ${process.version}`;
  console.log(options.json ? JSON.stringify({ ...machine, rates }) : formatRates(rates, line));
  return 0;
}
