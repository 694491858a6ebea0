// Ends workers at random moments of their work, while the main thread trains.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { data, layers, losses, ones, ops, optimizers, scope, sequential } from '../../../dist/index.js';

const images = { images: new Float32Array(64 * 64).fill(0.5), imageShape: [8, 8, 1], labels: new Int32Array(64) };
const a = ones([300, 300]);

function train(epochs) {
  const list = [layers.conv2d({ filters: 4, kernelSize: 3 }), layers.flatten(), layers.dense({ units: 3 })];
  const dataset = data.fromArrays(images).batch(8).prefetch(2);
  const options = { epochs, optimizer: optimizers.adam(), loss: losses.softmaxCrossEntropy };
  return sequential({ inputShape: [8, 8, 1], layers: list }).fit(dataset, options);
}

const work = {
  train: () => train(1000),
  async read() {
    for (;;) await Promise.all(Array.from({ length: 20 }, () => ops.relu(a).data()));
  },
  enqueue() {
    for (;;) scope(() => void ops.matmul(a, a));
  },
  exit() {
    setTimeout(() => process.exit(3), 10);
    return train(1000);
  },
  fail() {
    setTimeout(() => {
      throw new Error('on purpose');
    }, 10);
    return train(1000);
  },
};

async function end(kind) {
  const worker = new Worker(new URL(import.meta.url), { workerData: kind });
  const exited = new Promise((resolve) => worker.once('exit', resolve).on('error', () => {}));
  await Promise.race([new Promise((resolve) => worker.once('message', resolve)), exited]);
  await new Promise((resolve) => setTimeout(resolve, 25 * Math.random()));
  await worker.terminate();
  await exited;
}

if (isMainThread) {
  const own = train(60);
  for (let round = 0; round < 5; round++) await Promise.all(Object.keys(work).map(end));
  const { epochs } = await own;
  console.log(JSON.stringify({ first: epochs[0].train.loss, last: epochs.at(-1).train.loss }));
} else {
  parentPort.postMessage('begun');
  await work[workerData]();
}
