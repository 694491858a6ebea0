// Trains a convolutional network on MNIST to more than 99 % in one epoch, and shows what it learned and where it errs.
//
//   npm start                        with a progress line and a report
//   npm start -- --seed 7            other initial weights and another order of the digits
//   npm start -- --epochs 2 --json   one line of JSON on standard output
//   npm start -- --precision bfloat16
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  formats,
  io,
  losses,
  metrics,
  optimizers,
  type Precision,
  schedules,
  systemInfo,
  type Tensor,
  vis,
  zoo,
} from 'convgrad';
import { measureEventLoopDelay } from './support/event_loop_delay.js';
import { loadMnist } from './support/mnist_data.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '0' },
    epochs: { type: 'string', default: '1' },
    precision: { type: 'string', default: 'float32' },
    json: { type: 'boolean', default: false },
    output: { type: 'string', default: 'outputs/mnist' },
  },
});
const [seed, epochs] = [Number(values.seed), Number(values.epochs)];
const precision = values.precision as Precision;
const say = (text: string) => values.json || console.log(text);

const { train, test } = await loadMnist();
const model = zoo.mnistOneEpoch({ seed });
say(`${model.summary()}\n`);

const dataset = train.shuffle({ seed }).batch(256, { dropLast: true }).prefetch(2);
const schedule = schedules.oneCycle({ maxLearningRate: 0.01, totalSteps: epochs * dataset.batchesPerEpoch });
const loss = (logits: Tensor, labels: Tensor) => losses.softmaxCrossEntropy(logits, labels, { labelSmoothing: 0.1 });

const eventLoopDelay = measureEventLoopDelay();
const started = performance.now();
await model.fit(dataset, {
  epochs,
  optimizer: optimizers.adam({ learningRate: schedule, beta1: 0.7, beta2: 0.9 }),
  loss,
  precision,
  progress: !values.json,
});
const seconds = (performance.now() - started) / 1000;
const eventLoopDelayP99Ms = eventLoopDelay();

const { accuracy } = await model.evaluate(test.batch(500), {
  loss: losses.softmaxCrossEntropy,
  metrics: [metrics.accuracy()],
  precision,
});
const imagesPerSecond = (epochs * dataset.batchesPerEpoch * 256) / seconds;
const { isa, threads } = systemInfo();

await mkdir(values.output, { recursive: true });
await io.saveWeights(model, `${values.output}/model.safetensors`);
await writeFile(`${values.output}/report.png`, formats.encodePng(await report()));

const round = (value: number, digits: number) => Number(value.toFixed(digits));
if (values.json) {
  const figures = {
    accuracy,
    seconds: round(seconds, 2),
    imagesPerSecond: Math.round(imagesPerSecond),
    eventLoopDelayP99Ms: round(eventLoopDelayP99Ms, 2),
    precision,
    isa,
    threads,
  };
  console.log(JSON.stringify(figures));
} else {
  say(`accuracy on the 10,000 test images   ${(accuracy * 100).toFixed(2)} %`);
  say(`training                             ${seconds.toFixed(2)} s, ${Math.round(imagesPerSecond)} images/s`);
  say(`event loop delay meanwhile, p99      ${eventLoopDelayP99Ms.toFixed(2)} ms`);
  say(`computed with                        ${precision}, ${isa}, ${threads} thread${threads === 1 ? '' : 's'}`);
  say(`weights and pictures                 ${values.output}/model.safetensors, ${values.output}/report.png`);
}

/** The filters of the first layer, and the test digits that were taken for others. */
async function report() {
  const outputs = await model.predict(test.batch(500), { precision });
  const tiles: vis.Tile[] = [];
  for await (const { x, y, indices } of test.batch(500).batches())
    for (const [row, index] of indices.entries()) {
      const scores = Array.from(outputs.data.subarray(index * 10, index * 10 + 10));
      const [label, guess] = [y.data[row], scores.indexOf(Math.max(...scores))];
      if (label === guess) continue;
      tiles.push({
        width: 28,
        height: 28,
        channels: 1,
        data: x.data.slice(row * 784, row * 784 + 784),
        caption: `${label}>${guess}`,
      });
    }
  return vis.contactSheet([
    { heading: `${(accuracy * 100).toFixed(2)} % on 10,000 test digits`, tiles: [] },
    {
      heading: 'filters of the first layer',
      tiles: await vis.filterTiles(model.parameter('conv1.filter')),
      scale: 12,
      columns: 12,
    },
    { heading: `${tiles.length} misclassified: label > answer`, tiles },
  ]);
}
