import * as convgrad from 'convgrad';
import { startLongWork } from './step.mjs';

startLongWork(convgrad);
