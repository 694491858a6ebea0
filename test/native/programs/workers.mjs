// Two workers compute at once, each in an environment of its own; a third is terminated in the middle of its work.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { memory, ones, ops, scope } from '../../../dist/index.js';

if (isMainThread) {
  const start = (endless) => new Worker(new URL(import.meta.url), { workerData: { endless } });
  const answer = (worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  const busy = start(true);
  await answer(busy);
  const [a, b] = await Promise.all([answer(start(false)), answer(start(false))]);
  await busy.terminate();
  const own = await ops.matmul(ones([2, 3]), ones([3, 1])).data();
  console.log(JSON.stringify({ a, b, own: Array.from(own), live: memory().liveBuffers }));
} else if (workerData.endless) {
  const a = ones([600, 600]);
  parentPort.postMessage('started');
  for (;;) scope(() => void ops.matmul(a, a));
} else {
  let sum = 0;
  for (let i = 0; i < 20; i++) sum += (await ops.matmul(ones([64, 64]), ones([64, 64])).data())[0];
  parentPort.postMessage(sum);
}
