// Serves HTTP from the process that trains: the event loop stays free, so every request is answered at once.
//
//   npx tsx examples/serve_while_training.ts          then, while it trains: curl http://127.0.0.1:8080
//   npx tsx examples/serve_while_training.ts --json   measures itself: one line with request latencies and event loop delay
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { losses, optimizers, schedules, type training, zoo } from 'convgrad';
import { measureEventLoopDelay } from './support/event_loop_delay.js';
import { loadMnist } from './support/mnist_data.js';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    port: { type: 'string' },
    epochs: { type: 'string', default: '1' },
  },
});
const epochs = Number(values.epochs);

let latest: training.StepRecord | undefined;
const server = createServer((_, response) => {
  response
    .setHeader('content-type', 'application/json')
    .end(`${JSON.stringify({ step: latest?.step, loss: latest?.loss })}\n`);
});
await new Promise<void>((listening) =>
  server.listen(Number(values.port ?? (values.json ? 0 : 8080)), '127.0.0.1', listening),
);
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
if (!values.json) console.log(`training; ask ${url} how it goes`);

const { train } = await loadMnist();
const model = zoo.mnistOneEpoch();
const dataset = train.shuffle({ seed: 0 }).batch(256, { dropLast: true }).prefetch(2);
const learningRate = schedules.oneCycle({ maxLearningRate: 0.01, totalSteps: epochs * dataset.batchesPerEpoch });

/** Asks for a page every few milliseconds until told to stop; the latencies in milliseconds, ascending. */
async function askAgainAndAgain(done: AbortSignal): Promise<number[]> {
  const latencies: number[] = [];
  while (!done.aborted) {
    const asked = performance.now();
    await (await fetch(url)).text();
    latencies.push(performance.now() - asked);
    await sleep(5);
  }
  return latencies.sort((a, b) => a - b);
}

const trained = new AbortController();
const eventLoopDelay = measureEventLoopDelay();
const asking = values.json ? askAgainAndAgain(trained.signal) : Promise.resolve([]);
await model.fit(dataset, {
  epochs,
  optimizer: optimizers.adam({ learningRate, beta1: 0.7, beta2: 0.9 }),
  loss: losses.softmaxCrossEntropy,
  callbacks: [
    {
      onStepEnd: (record) => {
        latest = record;
      },
    },
  ],
});
const eventLoopDelayP99Ms = eventLoopDelay();
trained.abort();
const latencies = await asking;
server.close();
if (values.json) {
  const requestP99Ms = latencies[Math.floor(latencies.length * 0.99)] as number;
  console.log(JSON.stringify({ eventLoopDelayP99Ms, requestP99Ms, requests: latencies.length, loss: latest?.loss }));
}
