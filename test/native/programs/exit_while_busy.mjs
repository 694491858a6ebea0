// Enqueues seconds of work, then ends the process: by process.exit, or by an uncaught error.
import { ones, ops } from '../../../dist/index.js';

const a = ones([1500, 1500]);
for (let i = 0; i < 200; i++) ops.matmul(a, a);
if (process.argv[2] === 'throw') throw new Error('on purpose');
process.exit(7);
