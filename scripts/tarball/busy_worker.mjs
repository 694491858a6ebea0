import { parentPort } from 'node:worker_threads';
import * as convgrad from 'convgrad';
import { startLongWork } from './step.mjs';

startLongWork(convgrad);
parentPort.postMessage('busy');
setInterval(() => {}, 1000);
