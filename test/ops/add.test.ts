import { describe } from 'vitest';
import { add } from '../../lib/ops/add.js';
import { checkGradientAndBroadcast } from '../support/elementwise.js';

describe('add', () => {
  checkGradientAndBroadcast('add', add, (a, b) => a + b);
});
