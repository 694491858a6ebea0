// A worker is terminated while its stream is busy; the main thread trains on.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as convgrad from 'convgrad';
import { train } from './step.mjs';

for (let i = 0; i < 5; i++) {
  const worker = new Worker(new URL('./busy_worker.mjs', import.meta.url));
  await once(worker, 'message');
  await worker.terminate();
}
console.log(await train(convgrad));
