import { describe } from 'vitest';
import { negate } from '../../lib/ops/negate.js';
import { checkGradientAndValues } from '../support/elementwise.js';

describe('negate', () => {
  checkGradientAndValues('negate', negate, (x) => -x);
});
