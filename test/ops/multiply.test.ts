import { describe } from 'vitest';
import { multiply } from '../../lib/ops/multiply.js';
import { checkGradientAndBroadcast } from '../support/elementwise.js';

describe('multiply', () => {
  checkGradientAndBroadcast('multiply', multiply, (a, b) => a * b);
});
