import { describe, expect, it } from 'vitest';
import { averageStep } from '../../lib/ops/average_step.js';
import { parameterOf } from '../support/parameter_steps.js';
import { lengths, noise, values } from '../support/tensors.js';

describe('averageStep', () => {
  it.each(['float32', 'float64'] as const)(
    'moves the average, and the parameter where asked to, in %s',
    async (dtype) => {
      for (const length of lengths)
        for (const writeBack of [false, true]) {
          const [average, w] = [parameterOf(noise(length), dtype), parameterOf(noise(length, 2), dtype)];
          const [a, b] = [await values(average), await values(w)];
          averageStep(average, w, 0.25, writeBack);
          const moved = a.map((value, i) => value + 0.25 * ((b[i] as number) - value));
          const found = [await values(average), await values(w)];
          for (const [i, value] of moved.entries()) {
            expect(found[0]?.[i]).toBeCloseTo(value, 6);
            expect(found[1]?.[i]).toBeCloseTo(writeBack ? value : (b[i] as number), 6);
          }
          expect([average.version, w.version]).toEqual([2, writeBack ? 2 : 1]);
        }
    },
  );

  it('rejects what does not fit', () => {
    const [w, average] = [parameterOf([1]), parameterOf([0])];
    expect(() => averageStep(parameterOf([1, 2]), w, 0.5)).toThrow('average must have shape [1], but has [2]');
    expect(() => averageStep(parameterOf([1], 'float32'), w, 0.5)).toThrow('average is float32');
    expect(() => averageStep(average, w, 1.5)).toThrow('rate must be a finite number from 0 to 1, but received 1.5');
    expect(() => averageStep(average, w, 0.5, 1 as never)).toThrow('writeBack must be true or false');
  });
});
