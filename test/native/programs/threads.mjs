// Prints what the environment variables came to.
import { systemInfo } from '../../../dist/index.js';

console.log(JSON.stringify(systemInfo()));
