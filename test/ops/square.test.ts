import { describe } from 'vitest';
import { square } from '../../lib/ops/square.js';
import { checkGradientAndValues } from '../support/elementwise.js';

describe('square', () => {
  checkGradientAndValues('square', square, (x) => x * x);
});
