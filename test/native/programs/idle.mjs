// After some work, waits and reports how much processor time the waiting took (milliseconds).
import { setTimeout as sleep } from 'node:timers/promises';
import { ones, ops, synchronize } from '../../../dist/index.js';

const a = ones([500, 500]);
for (let i = 0; i < 10; i++) ops.matmul(a, a);
await synchronize();
await sleep(200);
const before = process.cpuUsage();
await sleep(1000);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ milliseconds: (user + system) / 1000 }));
