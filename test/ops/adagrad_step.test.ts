import { describe, expect, it } from 'vitest';
import { adagradStep } from '../../lib/ops/adagrad_step.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkStepValues, parameterOf } from '../support/parameter_steps.js';

const options = { learningRate: 0.5, epsilon: 1e-3, weightDecay: 0.1, decoupled: true };

describe('adagradStep', () => {
  checkStepValues(
    (w, gradient, [s]) => adagradStep(w, gradient, s as never, options),
    1,
    (w, g, [s = 0]) => [0.95 * w - (0.5 * g) / (Math.sqrt(s + g * g) + 1e-3), s + g * g],
  );

  it('rejects what does not fit', () => {
    const [w, s] = [parameterOf([1]), parameterOf([0])];
    const g = tensor(new Float64Array(1));
    expect(() => adagradStep(w, g, parameterOf([0, 0]), { learningRate: 1 })).toThrow('squareSum must have shape [1]');
    expect(() => adagradStep(w, g, s, { learningRate: -1 })).toThrow('learningRate must be a finite number');
    expect(() => adagradStep(w, g, s, { learningRate: 1, epsilon: -1 })).toThrow('epsilon must be a finite number');
    expect(() => adagradStep(w, g, s, { learningRate: 1, rho: 1 } as never)).toThrow("unknown option 'rho'");
  });
});
