/** Schedules against PyTorch 1.13. The rates were printed by
 *
 *     p = torch.nn.Parameter(torch.zeros(1)); o = torch.optim.SGD([p], lr=0.1); s = make(o)
 *     for _ in range(n): print(o.param_groups[0]['lr']); o.step(); s.step()
 */
import { describe, expect, it } from 'vitest';
import { constant, cosine, oneCycle, type Schedule, stepDecay } from '../../lib/schedules/index.js';
import { ArgumentError } from '../../lib/tensor/errors.js';

function expectRates(schedule: Schedule, expected: Record<number, number> | number[]): void {
  for (const [step, rate] of Object.entries(expected)) expect(schedule(Number(step)) / rate).toBeCloseTo(1, 12);
}

describe('oneCycle', () => {
  it('is OneCycleLR(max_lr=0.01, total_steps=10)', () => {
    expectRates(
      oneCycle({ maxLearningRate: 0.01, totalSteps: 10 }),
      [
        0.0003999999999999993, 0.0052, 0.01, 0.009504846320134737, 0.008117456539497631, 0.0061126202193628925,
        0.003887419780637108, 0.00188258346050237, 0.0004951936798652628, 4e-8,
      ],
    );
  });

  it('is OneCycleLR(max_lr=1, total_steps=7, pct_start=0.5, div_factor=10, final_div_factor=100), whose peak lies between two steps', () => {
    const options = { maxLearningRate: 1, totalSteps: 7, pctStart: 0.5, divFactor: 10, finalDivFactor: 100 };
    expectRates(
      oneCycle(options),
      [
        0.09999999999999998, 0.41094235253127365, 0.9140576474687263, 0.9505339495172583, 0.611649206511179,
        0.18906684397156262, 0.001,
      ],
    );
  });

  it('is OneCycleLR over the 235 steps of an MNIST epoch', () => {
    expectRates(oneCycle({ maxLearningRate: 0.01, totalSteps: 235 }), {
      0: 0.0003999999999999993,
      1: 0.0004049030624798597,
      35: 0.005254242171870302,
      69: 0.009998774077829497,
      70: 0.009999772048255069,
      150: 0.005167094216738833,
      233: 9.517861948397653e-7,
      234: 4e-8,
    });
  });

  it('keeps its last rate beyond the end, and takes any share of steps and any number of them', () => {
    expect(oneCycle({ maxLearningRate: 0.01, totalSteps: 10 })(1000)).toBeCloseTo(4e-8, 15);
    for (const pctStart of [0, 0.05, 1])
      for (const totalSteps of [1, 2, 3, 10])
        for (let step = 0; step < 12; step++) {
          const rate = oneCycle({ maxLearningRate: 1, totalSteps, pctStart })(step);
          expect(rate, `pctStart ${pctStart}, totalSteps ${totalSteps}, step ${step}`).toBeGreaterThan(0);
          expect(rate).toBeLessThanOrEqual(1);
        }
  });
});

describe('cosine', () => {
  it('is CosineAnnealingLR(T_max=8, eta_min=0.01), and stays at the minimum', () => {
    const schedule = cosine({ learningRate: 0.1, totalSteps: 8, minimum: 0.01 });
    expectRates(
      schedule,
      [
        0.1, 0.0965745789630079, 0.08681980515339463, 0.07222075445642905, 0.055, 0.03777924554357096,
        0.023180194846605363, 0.013425421036992097, 0.01,
      ],
    );
    expect(schedule(100)).toBe(0.01);
  });

  it('with a warm-up is SequentialLR of LinearLR(start_factor=1/4, total_iters=3) and CosineAnnealingLR(T_max=5)', () => {
    expectRates(
      cosine({ learningRate: 0.1, totalSteps: 8, warmupSteps: 3 }),
      [
        0.025, 0.05, 0.07500000000000001, 0.1, 0.09045084971874738, 0.06545084971874737, 0.03454915028125263,
        0.009549150281252633,
      ],
    );
  });
});

describe('stepDecay and constant', () => {
  it('is StepLR(step_size=3, gamma=0.5)', () => {
    expectRates(
      stepDecay({ learningRate: 0.1, every: 3, factor: 0.5 }),
      [0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025],
    );
  });

  it('is constant', () => {
    expect([0, 1, 1e6].map(constant(0.3))).toEqual([0.3, 0.3, 0.3]);
  });
});

describe('options', () => {
  const maxLearningRate = 0.1;
  it.each([
    [
      'a rate that is NaN',
      () => constant(Number.NaN),
      'constant: learningRate must be a finite number of at least 0, but received NaN',
    ],
    [
      'a negative rate',
      () => stepDecay({ learningRate: -1, every: 1 }),
      'stepDecay: learningRate must be a finite number of at least 0',
    ],
    [
      'no steps',
      () => oneCycle({ maxLearningRate, totalSteps: 0 }),
      'oneCycle: totalSteps must be a positive integer, but received 0',
    ],
    [
      'a share above 1',
      () => oneCycle({ maxLearningRate, totalSteps: 5, pctStart: 1.5 }),
      'oneCycle: pctStart must be a finite number from 0 to 1',
    ],
    [
      'a divisor of 0',
      () => oneCycle({ maxLearningRate, totalSteps: 5, divFactor: 0 }),
      'oneCycle: divFactor and finalDivFactor must be above 0',
    ],
    [
      'an unknown option',
      () => oneCycle({ maxLearningRate, totalSteps: 5, warmup: 3 } as never),
      "oneCycle: unknown option 'warmup'",
    ],
    [
      'a minimum above the rate',
      () => cosine({ learningRate: 0.1, totalSteps: 5, minimum: 1 }),
      'cosine: minimum must be a finite number from 0 to 0.1',
    ],
    [
      'warm-up only',
      () => cosine({ learningRate: 0.1, totalSteps: 5, warmupSteps: 5 }),
      'cosine: warmupSteps must be below totalSteps (5)',
    ],
  ])('rejects %s', (_, make, message) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });
});
