import * as convgrad from 'convgrad';
import { train } from './step.mjs';

console.log(await train(convgrad));
