import { describe } from 'vitest';
import { logSoftmax } from '../../lib/ops/log_softmax.js';
import { checkGradientAndRows } from '../support/rows.js';

function reference(row: readonly number[]): number[] {
  const largest = Math.max(...row);
  const total = row.reduce((sum, v) => sum + Math.exp(v - largest), 0);
  return row.map((v) => v - largest - Math.log(total));
}

describe('logSoftmax', () => {
  checkGradientAndRows('logSoftmax', logSoftmax, reference, { x: [1000, 0, -1000], y: [0, -1000, -2000] });
});
