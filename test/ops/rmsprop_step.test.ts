import { describe, expect, it } from 'vitest';
import { rmspropStep } from '../../lib/ops/rmsprop_step.js';
import type { Parameter } from '../../lib/tensor/parameter.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { checkStepValues, parameterOf } from '../support/parameter_steps.js';

const options = { learningRate: 0.1, rho: 0.8, epsilon: 1e-2 };

describe('rmspropStep', () => {
  checkStepValues(
    (w, gradient, [s]) => rmspropStep(w, gradient, { meanSquare: s as Parameter }, { ...options, weightDecay: 0.1 }),
    1,
    (w, gradient, [s = 0]) => {
      const g = gradient + 0.1 * w;
      const square = 0.8 * s + 0.2 * g * g;
      return [w - (0.1 * g) / (Math.sqrt(square) + 1e-2), square];
    },
  );
});

describe('rmspropStep, centred and with momentum', () => {
  checkStepValues(
    (w, gradient, [s, a, v]) =>
      rmspropStep(w, gradient, { meanSquare: s as Parameter, mean: a, velocity: v }, { ...options, momentum: 0.5 }),
    3,
    (w, g, [s = 0, a = 0, v = 0]) => {
      const [square, mean] = [0.8 * s + 0.2 * g * g, 0.8 * a + 0.2 * g];
      const velocity = 0.5 * v + g / (Math.sqrt(square - mean * mean) + 1e-2);
      return [w - 0.1 * velocity, square, mean, velocity];
    },
  );

  it('rejects what does not fit', () => {
    const [w, meanSquare] = [parameterOf([1]), parameterOf([0])];
    const g = tensor(new Float64Array(1));
    expect(() => rmspropStep(w, g, { meanSquare }, { learningRate: 1, momentum: 0.5 })).toThrow(
      'rmspropStep: momentum needs a velocity',
    );
    expect(() => rmspropStep(w, g, { meanSquare, mean: parameterOf([0, 0]) }, { learningRate: 1 })).toThrow(
      'mean must have shape [1], but has [2]',
    );
    expect(() => rmspropStep(w, g, { meanSquare }, { learningRate: 1, rho: 2 })).toThrow('rho must be a finite number');
    expect(() => rmspropStep(w, g, { meanSquare }, { learningRate: 1, alpha: 2 } as never)).toThrow("option 'alpha'");
  });
});
