import { describe, expect, it } from 'vitest';
import { type AdamStepOptions, adamStep } from '../../lib/ops/adam_step.js';
import { Parameter } from '../../lib/tensor/parameter.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { lengths, noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

type Float = 'float32' | 'float64';

function parameter(name: string, data: ArrayLike<number>, dtype: Float = 'float64'): Parameter {
  const made = new Parameter(name, [data.length], { dtype });
  made.assign(dtype === 'float32' ? Float32Array.from(data) : Float64Array.from(data));
  return made;
}

const zeros = (length: number, dtype: Float = 'float64') =>
  [parameter('m', new Float64Array(length), dtype), parameter('v', new Float64Array(length), dtype)] as const;

interface State {
  w: number;
  m: number;
  v: number;
}

/** The convention, one element at a time. */
function reference({ w, m, v }: State, gradient: number, options: AdamStepOptions): State {
  const {
    learningRate,
    step,
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = options.epsilonConvention === 'keras' ? 1e-7 : 1e-8,
    weightDecay = 0,
    decoupled = false,
    gradientScale = 1,
    epsilonConvention = 'pytorch',
  } = options;
  const g = gradient * (gradientScale as number) + (decoupled ? 0 : weightDecay * w);
  const mean = beta1 * m + (1 - beta1) * g;
  const square = beta2 * v + (1 - beta2) * g * g;
  const kept = decoupled ? w * (1 - learningRate * weightDecay) : w;
  const correction = Math.sqrt(1 - beta2 ** step);
  const denominator =
    epsilonConvention === 'keras'
      ? (Math.sqrt(square) + epsilon) / correction
      : Math.sqrt(square) / correction + epsilon;
  return { w: kept - (learningRate * (mean / (1 - beta1 ** step))) / denominator, m: mean, v: square };
}

const settings: Omit<AdamStepOptions, 'step'>[] = [
  { learningRate: 0.01 },
  { learningRate: 0.01, beta1: 0.5, beta2: 0.9, epsilon: 1e-3, gradientScale: 0.5 },
  { learningRate: 0.01, weightDecay: 0.1 },
  { learningRate: 0.01, weightDecay: 0.1, decoupled: true },
  { learningRate: 0.01, epsilonConvention: 'keras' },
  { learningRate: 0.01, epsilonConvention: 'keras', beta2: 0.9, epsilon: 1e-3, weightDecay: 0.1, decoupled: true },
];

describe('adamStep', () => {
  it.each(settings)('is the formula: %j', async (options) => {
    for (const [dtype, digits] of [
      ['float32', 5],
      ['float64', 13],
    ] as const)
      for (const length of lengths) {
        const w = parameter('w', noise(length), dtype);
        const [m, v] = zeros(length, dtype);
        let expected: State[] = (await values(w)).map((value) => ({ w: value, m: 0, v: 0 }));
        for (const step of [1, 2, 3]) {
          const gradient = tensor([...noise(length, step + 1)], [length], dtype);
          const g = await values(gradient);
          adamStep(w, gradient, m, v, { ...options, step });
          expected = expected.map((state, i) => reference(state, g[i] as number, { ...options, step }));
        }
        for (const [tensorOf, key] of [
          [w, 'w'],
          [m, 'm'],
          [v, 'v'],
        ] as const)
          for (const [i, value] of (await values(tensorOf)).entries())
            expect(value).toBeCloseTo((expected[i] as State)[key], digits);
      }
  });

  it.each([
    ['pytorch', 1e-6, 9.9009901e-4],
    ['pytorch', 1e-8, 5e-4],
    ['keras', 1e-6, 2.4025307e-4],
    ['keras', 1e-8, 3.1523105e-6],
  ] as const)(
    "has its epsilon where %s' has it: a first gradient of %d",
    async (epsilonConvention, gradient, moved) => {
      const w = parameter('w', [0]);
      const options = { learningRate: 0.001, step: 1, epsilonConvention };
      adamStep(w, tensor([gradient], [1], 'float64'), ...zeros(1), options);
      expect(-(await w.item())).toBeCloseTo(moved, 11);
    },
  );

  it('is the same in both conventions without epsilon', async () => {
    const [one, other] = [parameter('one', [0, 0]), parameter('other', [0, 0])];
    const states = [zeros(2), zeros(2)] as const;
    for (const step of [1, 2, 3]) {
      const gradient = tensor([0.3 * step, -1], [2], 'float64');
      const options = { learningRate: 0.01, step, epsilon: 0 };
      adamStep(one, gradient, ...states[0], options);
      adamStep(other, gradient, ...states[1], { ...options, epsilonConvention: 'keras' });
    }
    for (const [i, value] of (await values(one)).entries()) expect((await values(other))[i]).toBeCloseTo(value, 14);
  });

  it('takes a gradient scale that only the computation knows', async () => {
    const [a, b] = [parameter('a', [1]), parameter('b', [1])];
    const options = { learningRate: 0.1, epsilon: 1, step: 1 };
    adamStep(a, tensor([4], [1], 'float64'), ...zeros(1), { ...options, gradientScale: tensor(0.5, [], 'float64') });
    adamStep(b, tensor([2], [1], 'float64'), ...zeros(1), options);
    expect(await a.item()).toBe(await b.item());
  });

  it('gives the same bits for any number of threads', async () => {
    const gradient = tensor(new Float32Array(noise(70_000, 2)));
    const [one, ...others] = await withThreads(async () => {
      const w = parameter('w', noise(70_000), 'float32');
      const [m, v] = zeros(70_000, 'float32');
      adamStep(w, gradient, m, v, { learningRate: 0.1, step: 1 });
      return Promise.all([w, m, v].map(values));
    });
    for (const other of others) expect(other).toEqual(one);
  });

  it('counts what it writes, and rejects what does not fit', () => {
    const w = parameter('w', [1, 2]);
    const [m, v] = zeros(2);
    const gradient = tensor(new Float64Array(2));
    adamStep(w, gradient, m, v, { learningRate: 1, step: 1 });
    expect([w.version, m.version, v.version]).toEqual([2, 2, 2]);
    expect(() => adamStep(w, gradient, m, v, { learningRate: 1, step: 0 })).toThrow(
      'adamStep: step must be a positive integer, but received 0',
    );
    expect(() => adamStep(w, gradient, m, v, { learningRate: 1, step: 1, beta2: 1 })).toThrow(
      'adamStep: beta2 must be below 1, but received 1',
    );
    expect(() => adamStep(w, gradient, m, v, { learningRate: 1, step: 1, epsilonConvention: 'hat' as never })).toThrow(
      "adamStep: epsilonConvention must be one of 'pytorch', 'keras', but received 'hat'",
    );
    expect(() => adamStep(w, gradient, zeros(3)[0], v, { learningRate: 1, step: 1 })).toThrow(
      'adamStep: mean must have shape [2], but has [3]',
    );
    expect(() => adamStep(w, gradient, gradient as never, v, { learningRate: 1, step: 1 })).toThrow(
      'adamStep: mean must be a parameter',
    );
  });
});
