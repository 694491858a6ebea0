// Two worker threads and the main thread train at once, each with a stream of its own.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as convgrad from 'convgrad';
import { train } from './step.mjs';

const workers = [0, 1].map(() => new Worker(new URL('./esm.mjs', import.meta.url)));
const exits = workers.map((worker) => once(worker, 'exit'));
await train(convgrad);
const codes = (await Promise.all(exits)).flat();
if (codes.some((code) => code !== 0)) throw new Error(`the workers ended with ${codes}`);
