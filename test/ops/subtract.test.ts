import { describe } from 'vitest';
import { subtract } from '../../lib/ops/subtract.js';
import { checkGradientAndBroadcast } from '../support/elementwise.js';

describe('subtract', () => {
  checkGradientAndBroadcast('subtract', subtract, (a, b) => a - b);
});
