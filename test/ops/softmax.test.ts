import { describe } from 'vitest';
import { softmax } from '../../lib/ops/softmax.js';
import { checkGradientAndRows } from '../support/rows.js';

function reference(row: readonly number[]): number[] {
  const largest = Math.max(...row);
  const total = row.reduce((sum, v) => sum + Math.exp(v - largest), 0);
  return row.map((v) => Math.exp(v - largest) / total);
}

describe('softmax', () => {
  checkGradientAndRows('softmax', softmax, reference, {
    x: [1000, 1000, Number.NEGATIVE_INFINITY],
    y: [0.5, 0.5, 0],
  });
});
