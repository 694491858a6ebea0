/** Sources of CIFAR-10's size and shape, cropped and mirrored as for training, and how long a network has to wait for them. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cifar, type Dataset, type IdxSample, imageFolder, randomCrop, randomFlip } from '../lib/data/index.js';
import type { Batch, BatchSource } from '../lib/data/types.js';
import { encodePng } from '../lib/formats/index.js';
import { normalizePixels } from '../lib/layers/index.js';
import { softmaxCrossEntropy } from '../lib/losses/index.js';
import type { Model } from '../lib/models/model.js';
import { sequential } from '../lib/models/sequential.js';
import { sgd } from '../lib/optimizers/index.js';
import { median } from '../lib/tensor/median.js';
import { resnetCifar } from '../lib/zoo/resnet_cifar.js';
import { time } from './workload.js';

/** Where images come from. */
export interface Pipeline {
  readonly name: string;
  /** Makes the files in a folder, of random pixels, and reads them. */
  open(folder: string, count: number): Promise<Dataset<IdxSample>>;
}

const IMAGE = 3072;

async function binary(folder: string, count: number): Promise<string> {
  const records = randomBytes(count * (IMAGE + 1));
  for (let n = 0; n < count; n++) records[n * (IMAGE + 1)] = n % 10;
  const file = path.join(folder, 'data_batch_1.bin');
  await writeFile(file, records);
  return file;
}

async function pictures(folder: string, count: number): Promise<string> {
  for (let n = 0; n < count; n++) {
    const own = path.join(folder, 'photos', `${n % 10}`);
    if (n < 10) await mkdir(own, { recursive: true });
    const png = encodePng({ width: 32, height: 32, channels: 3, data: randomBytes(IMAGE) });
    await writeFile(path.join(own, `${n}.png`), png);
  }
  return path.join(folder, 'photos');
}

/** Every pipeline, in the order it is run. */
export const pipelines: readonly Pipeline[] = [
  { name: 'memory', open: async (folder, count) => cifar({ files: [await binary(folder, count)] }) },
  { name: 'disk', open: async (folder, count) => cifar({ files: [await binary(folder, count)], memoryLimit: 0 }) },
  {
    name: 'png-files',
    open: async (folder, count) => imageFolder({ folder: await pictures(folder, count), size: 32 }),
  },
];

/** What a pipeline costs a training of ResNet-20. */
export interface DataRow {
  readonly case: string;
  readonly batch: number;
  /** Seconds of a step on one batch that is always there. */
  readonly fixedStepSeconds: number;
  /** Seconds of a step on the pipeline's batches. */
  readonly stepSeconds: number;
  /** Processor seconds that making a batch takes, and a step on one that is there: they hardly depend on what else the machine does. */
  readonly batchCpuSeconds: number;
  readonly stepCpuSeconds: number;
  /** Share of the time in which `fit` waits for a batch, whether or not the machine has other work meanwhile. */
  readonly waiting: number;
  /** Share of a step that the pipeline adds: the time in which the network does nothing for want of data, or computes more slowly. */
  readonly dataWait: number;
}

/** How long is measured. */
export interface DataPlan {
  readonly seconds: number;
  /** Images there are, default 10,000. */
  readonly count?: number;
  readonly batch?: number;
  /** Steps in a row, default 16; both kinds take turns. */
  readonly steps?: number;
}

/** Trains on a pipeline and on one fixed batch in turn. */
export async function measurePipeline({ name, open }: Pipeline, plan: DataPlan): Promise<DataRow> {
  const { seconds, count = 10_000, batch = 128, steps = 16 } = plan;
  const folder = await mkdtemp(path.join(tmpdir(), 'convgrad-bench-'));
  try {
    const dataset = await open(folder, count);
    const train = dataset
      .shuffle({ seed: 1 })
      .batch(batch, { dropLast: true })
      .map(randomCrop({ padding: 4, seed: 1 }))
      .map(randomFlip({ seed: 1 }))
      .prefetch(2);
    const network = resnetCifar();
    using model = sequential({
      inputShape: [32, 32, 3],
      layers: [normalizePixels(), network.layer as never],
    }) as unknown as Model;
    const endless = epochsOf(train);
    const { value: fixed } = (await endless.next()) as { value: Batch };
    const waited = { seconds: 0 };
    const fromPipeline = batchesOf(steps, async () => {
      const begun = performance.now();
      const { value } = (await endless.next()) as { value: Batch };
      waited.seconds += (performance.now() - begun) / 1000;
      return value;
    });
    const fromMemory = batchesOf(steps, async () => fixed);
    const round = (source: BatchSource) =>
      time(() =>
        model.fit(source, {
          ...{ epochs: 1, progress: false },
          loss: softmaxCrossEntropy,
          optimizer: sgd({ learningRate: 0.01 }),
        }),
      );
    for (const source of [fromMemory, fromPipeline]) await round(source);
    waited.seconds = 0;
    const times: { fixed: number; piped: number; cpu: number }[] = [];
    const begun = performance.now();
    while (times.length < 3 || performance.now() - begun < 1000 * seconds) {
      let fixed = 0;
      const cpu = await cpuTime(async () => {
        fixed = await round(fromMemory);
      });
      times.push({ fixed, piped: await round(fromPipeline), cpu });
    }
    const batchCpu = await cpuTime(async () => {
      for (let i = 0; i < steps; i++) await endless.next();
    });
    await endless.return(undefined);
    return {
      case: name,
      batch,
      fixedStepSeconds: median(times.map((pair) => pair.fixed)) / steps,
      stepSeconds: median(times.map(({ piped }) => piped)) / steps,
      batchCpuSeconds: batchCpu / steps,
      stepCpuSeconds: median(times.map(({ cpu }) => cpu)) / steps,
      waiting: waited.seconds / times.reduce((sum, { piped }) => sum + piped, 0),
      dataWait: Math.max(0, 1 - median(times.map((pair) => pair.fixed / pair.piped))),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Processor seconds that the threads of this process spend while `body` runs. */
async function cpuTime(body: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await body();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** The batches of one epoch after the other, without end. */
async function* epochsOf(source: BatchSource): AsyncGenerator<Batch> {
  for (let epoch = 0; ; epoch++) yield* source.batches({ epoch });
}

function batchesOf(count: number, next: () => Promise<Batch>): BatchSource {
  return {
    size: undefined,
    batchesPerEpoch: count,
    async *batches() {
      for (let i = 0; i < count; i++) yield await next();
    },
  };
}
