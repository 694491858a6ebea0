import { describe, expect, it } from 'vitest';
import { adadeltaStep } from '../../lib/ops/adadelta_step.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkStepValues, parameterOf } from '../support/parameter_steps.js';

const options = { learningRate: 0.5, rho: 0.8, epsilon: 1e-4, weightDecay: 0.1, gradientScale: 2 };

describe('adadeltaStep', () => {
  checkStepValues(
    (w, gradient, [v, u]) => adadeltaStep(w, gradient, v as never, u as never, options),
    2,
    (w, gradient, [v = 0, u = 0]) => {
      const g = 2 * gradient + 0.1 * w;
      const square = 0.8 * v + 0.2 * g * g;
      const d = (g * Math.sqrt(u + 1e-4)) / Math.sqrt(square + 1e-4);
      return [w - 0.5 * d, square, 0.8 * u + 0.2 * d * d];
    },
  );

  it('rejects what does not fit', () => {
    const [w, v, u] = [parameterOf([1]), parameterOf([0]), parameterOf([0, 0])];
    const g = tensor(new Float64Array(1));
    expect(() => adadeltaStep(w, g, v, u, { learningRate: 1 })).toThrow('meanStep must have shape [1], but has [2]');
    expect(() => adadeltaStep(w, g, v, v, { learningRate: 1, rho: 1 })).toThrow('rho must be below 1, but received 1');
    expect(() => adadeltaStep(w, g, v, v, { learningRate: 1, epsilon: -1 })).toThrow('epsilon must be a finite number');
    expect(() => adadeltaStep(w, tensor([1]), v, v, { learningRate: 1 })).toThrow('gradient is float32');
    expect(() => adadeltaStep(w, g, v, v, { learningRate: 1, beta: 1 } as never)).toThrow("unknown option 'beta'");
  });
});
