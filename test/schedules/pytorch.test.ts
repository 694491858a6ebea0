/** Schedules against PyTorch 1.13. The rates were printed by
 *
 *     p = torch.nn.Parameter(torch.zeros(1)); o = torch.optim.SGD([p], lr=0.1); s = make(o)
 *     for _ in range(n): print(o.param_groups[0]['lr']); o.step(); s.step()        # s.step(score) for plateaus
 */
import { describe, expect, it } from 'vitest';
import * as schedules from '../../lib/schedules/index.js';
import { ArgumentError } from '../../lib/tensor/errors.js';

const { cosineRestarts, exponential, inverse, multiStep, plateau, polynomial, stepDecay, warmup } = schedules;
const learningRate = 0.1;

function expectRates(schedule: schedules.Schedule, expected: readonly number[]): void {
  for (const [step, rate] of expected.entries()) expect(schedule(step), `step ${step}`).toBeCloseTo(rate, 14);
}

describe('schedules', () => {
  it.each<[string, schedules.Schedule, number[]]>([
    [
      'MultiStepLR(milestones=[2, 5], gamma=.5)',
      multiStep({ learningRate, milestones: [2, 5], factor: 0.5 }),
      [0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025],
    ],
    [
      'ExponentialLR(gamma=.9)',
      exponential({ learningRate, factor: 0.9 }),
      [0.1, 0.09000000000000001, 0.08100000000000002, 0.07290000000000002, 0.06561000000000002],
    ],
    [
      'PolynomialLR(total_iters=4, power=2)',
      polynomial({ learningRate, totalSteps: 4, power: 2 }),
      [0.1, 0.05625, 0.024999999999999998, 0.0062499999999999995, 0.0, 0.0],
    ],
    [
      'CosineAnnealingWarmRestarts(T_0=2, T_mult=2, eta_min=.01)',
      cosineRestarts({ learningRate, firstPeriod: 2, growth: 2, minimum: 0.01 }),
      [
        0.1, 0.05500000000000001, 0.1, 0.08681980515339464, 0.05500000000000001, 0.023180194846605363, 0.1,
        0.0965745789630079,
      ],
    ],
    [
      'SequentialLR([LinearLR(.2, total_iters=4), StepLR(2, .5)], [4])',
      warmup(stepDecay({ learningRate, every: 2, factor: 0.5 }), { steps: 4, startFactor: 0.2 }),
      [
        0.020000000000000004, 0.04000000000000001, 0.06000000000000001, 0.08000000000000002, 0.1, 0.1, 0.05, 0.05,
        0.025,
      ],
    ],
  ])('are those of %s', (_, schedule, expected) => {
    expectRates(schedule, expected);
  });

  it("inverse is Caffe's inv: its LeNet has 0.01 · (1 + 0.0001 · step)^-0.75", () => {
    const schedule = inverse({ learningRate: 0.01, factor: 1e-4, power: 0.75 });
    for (const step of [0, 1, 100, 10_000]) expect(schedule(step)).toBeCloseTo(0.01 * (1 + 1e-4 * step) ** -0.75, 15);
    expect(schedule(10_000)).toBeCloseTo(0.01 / 2 ** 0.75, 15);
  });

  it('exponential falls by its factor per epoch, restarts repeat, warm-ups lead to a number', () => {
    expectRates(exponential({ learningRate, factor: 0.25, every: 2 }), [0.1, 0.05, 0.025]);
    expectRates(cosineRestarts({ learningRate, firstPeriod: 2 }), [0.1, 0.05, 0.1, 0.05, 0.1]);
    expectRates(warmup(0.1, { steps: 3 }), [0.025, 0.05, 0.075, 0.1, 0.1]);
    expectRates(polynomial({ learningRate, totalSteps: 2, minimum: 0.05 }), [0.1, 0.075, 0.05, 0.05]);
  });
});

describe('plateau', () => {
  const score = (record: number) => record;
  const cases: [string, schedules.Plateau<number>, number[], number[]][] = [
    [
      "ReduceLROnPlateau(factor=.5, patience=1, threshold=0, threshold_mode='abs', cooldown=1, min_lr=.02, eps=0)",
      plateau({ learningRate, score, factor: 0.5, patience: 1, cooldown: 1, minimum: 0.02 }),
      [3.0, 2.0, 2.0, 2.05, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9],
      [0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.02, 0.02, 0.02],
    ],
    [
      "ReduceLROnPlateau(mode='max', factor=.5, patience=0, threshold=.1, threshold_mode='abs')",
      plateau({ learningRate, score, better: 'higher', factor: 0.5, patience: 0, threshold: 0.1 }),
      [0.5, 0.55, 0.7, 0.7, 0.9],
      [0.1, 0.1, 0.05, 0.05, 0.025],
    ],
  ];
  it.each(cases)('is %s', (_, drops, scores, expected) => {
    for (const [epoch, value] of scores.entries()) {
      expect(drops.schedule(epoch)).toBeCloseTo(expected[epoch] as number, 14);
      drops.onEpochEnd(value);
    }
  });

  it.each(cases)('continues where a training is resumed: %s', (_, drops, scores, expected) => {
    for (const epoch of scores.keys()) {
      drops.onTrainBegin({ history: scores.slice(0, epoch) });
      expect(drops.schedule(epoch)).toBeCloseTo(expected[epoch] as number, 14);
    }
  });

  it('rejects scores that are none', () => {
    expect(() => plateau({ learningRate, score }).observe(undefined as never)).toThrow(
      'plateau: score must give a number',
    );
  });
});

describe('options', () => {
  const score = () => 0;
  it.each<[() => unknown, string]>([
    [() => multiStep({ learningRate, milestones: [5, 2] }), 'multiStep: milestones must ascend, but received [5,2]'],
    [() => multiStep({ learningRate, milestones: [-1] }), 'multiStep: milestones[0] must be a non-negative integer'],
    [() => multiStep({ learningRate, milestones: 5 as never }), 'multiStep: milestones must be an array of steps'],
    [() => multiStep({ learningRate, milestones: [], gamma: 1 } as never), "multiStep: unknown option 'gamma'"],
    [() => exponential({ learningRate, factor: 2 }), 'exponential: factor must be a finite number from 0 to 1'],
    [() => exponential({ learningRate } as never), 'exponential: factor must be a finite number'],
    [() => exponential({ learningRate, factor: 0.5, every: 0 }), 'exponential: every must be a positive integer'],
    [() => exponential({ learningRate, gamma: 1 } as never), "exponential: unknown option 'gamma'"],
    [() => polynomial({ learningRate, totalSteps: 0 }), 'polynomial: totalSteps must be a positive integer'],
    [() => polynomial({ learningRate, totalSteps: 5, power: -1 }), 'polynomial: power must be a finite number'],
    [
      () => polynomial({ learningRate, totalSteps: 5, minimum: 1 }),
      'polynomial: minimum must be a finite number from 0 to 0.1',
    ],
    [() => polynomial({ learningRate, steps: 5 } as never), "polynomial: unknown option 'steps'"],
    [() => inverse({ learningRate: -1, factor: 1 }), 'inverse: learningRate must be a finite number'],
    [() => inverse({ learningRate } as never), 'inverse: factor must be a finite number'],
    [() => inverse({ learningRate, factor: 1, power: -1 }), 'inverse: power must be a finite number'],
    [() => inverse({ learningRate, gamma: 1 } as never), "inverse: unknown option 'gamma'"],
    [() => cosineRestarts({ learningRate, firstPeriod: 0 }), 'cosineRestarts: firstPeriod must be a positive integer'],
    [
      () => cosineRestarts({ learningRate, firstPeriod: 2, growth: 1.5 }),
      'cosineRestarts: growth must be a positive integer',
    ],
    [
      () => cosineRestarts({ learningRate, firstPeriod: 2, minimum: 1 }),
      'cosineRestarts: minimum must be a finite number',
    ],
    [() => cosineRestarts({ learningRate, period: 2 } as never), "cosineRestarts: unknown option 'period'"],
    [
      () => warmup('fast' as never, { steps: 2 }),
      "warmup: expected a schedule or a learning rate, but received 'fast'",
    ],
    [() => warmup(0.1, { steps: 0 }), 'warmup: steps must be a positive integer'],
    [() => warmup(0.1, { steps: 2, startFactor: 2 }), 'warmup: startFactor must be a finite number from 0 to 1'],
    [() => warmup(0.1, { steps: 2, from: 0 } as never), "warmup: unknown option 'from'"],
    [() => plateau({ learningRate } as never), "plateau: score must be a function of an epoch's record"],
    [
      () => plateau({ learningRate, score, better: 'max' as never }),
      "plateau: better must be one of 'lower', 'higher'",
    ],
    [() => plateau({ learningRate, score, patience: -1 }), 'plateau: patience must be a non-negative integer'],
    [() => plateau({ learningRate, score, minimum: 1 }), 'plateau: minimum must be a finite number from 0 to 0.1'],
    [() => plateau({ learningRate, score, mode: 'min' } as never), "plateau: unknown option 'mode'"],
  ])('are checked %#: %s', (make, message) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });
});
