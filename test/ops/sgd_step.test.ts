import { describe, expect, it } from 'vitest';
import { type SgdStepOptions, sgdStep } from '../../lib/ops/sgd_step.js';
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

/** The convention, one element at a time. */
function reference(w: number, v: number, gradient: number, options: SgdStepOptions): [w: number, v: number] {
  const {
    learningRate,
    momentum = 0,
    nesterov = false,
    weightDecay = 0,
    decoupled = false,
    gradientScale = 1,
  } = options;
  const d = gradient * (gradientScale as number) + (decoupled ? 0 : weightDecay * w);
  const velocity = momentum * v + d;
  const step = nesterov ? d + momentum * velocity : velocity;
  return [w - (decoupled ? learningRate * weightDecay * w : 0) - learningRate * step, velocity];
}

const settings: SgdStepOptions[] = [
  { learningRate: 0.1 },
  { learningRate: 0.1, weightDecay: 0.01, gradientScale: 0.5 },
  { learningRate: 0.1, weightDecay: 0.01, decoupled: true },
  { learningRate: 0.1, momentum: 0.9 },
  { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01, gradientScale: 0.25 },
  { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01, decoupled: true },
];

describe('sgdStep', () => {
  it.each(settings)('follows PyTorch: %j', async (options) => {
    for (const [dtype, digits] of [
      ['float32', 6],
      ['float64', 14],
    ] as const)
      for (const length of lengths) {
        const w = parameter('w', noise(length), dtype);
        const v = options.momentum === undefined ? undefined : parameter('v', new Float64Array(length), dtype);
        let expected = (await values(w)).map((value) => [value, 0] as [number, number]);
        for (const seed of [2, 3, 4]) {
          const gradient = tensor([...noise(length, seed)], [length], dtype);
          const g = await values(gradient);
          sgdStep(w, gradient, v, options);
          expected = expected.map(([weight, velocity], i) => reference(weight, velocity, g[i] as number, options));
        }
        for (const [i, value] of (await values(w)).entries())
          expect(value).toBeCloseTo((expected[i] as [number, number])[0], digits);
        if (v)
          for (const [i, value] of (await values(v)).entries())
            expect(value).toBeCloseTo((expected[i] as [number, number])[1], digits);
      }
  });

  it('lets a drop of the learning rate act on the whole velocity', async () => {
    const [w, v] = [parameter('w', [0]), parameter('v', [0])];
    const path: number[] = [];
    for (const learningRate of [0.1, 0.1, 0.01, 0.01]) {
      sgdStep(w, tensor([1], [1], 'float64'), v, { learningRate, momentum: 0.9 });
      path.push(await w.item());
    }
    for (const [i, value] of [-0.1, -0.29, -0.3171, -0.35149].entries()) expect(path[i]).toBeCloseTo(value, 12);
  });

  it("keeps the rate of earlier steps in Keras' convention", async () => {
    for (const [nesterov, expected] of [
      [false, [-0.1, -0.29, -0.471, -0.6439]],
      [true, [-0.19, -0.461, -0.6339, -0.79951]],
    ] as const) {
      const [w, v] = [parameter('w', [0]), parameter('v', [0])];
      const options = { momentum: 0.9, nesterov, momentumConvention: 'keras' } as const;
      for (const [i, learningRate] of [0.1, 0.1, 0.01, 0.01].entries()) {
        sgdStep(w, tensor([1], [1], 'float64'), v, { learningRate, ...options });
        expect(await w.item()).toBeCloseTo(expected[i] as number, 12);
      }
    }
  });

  it('takes a gradient scale that only the computation knows', async () => {
    const w = parameter('w', [1, 2], 'float32');
    sgdStep(w, tensor([1, 1]), undefined, { learningRate: 1, gradientScale: tensor(0.5) });
    expect(await values(w)).toEqual([0.5, 1.5]);
    expect(w.version).toBe(2);
  });

  it('gives the same bits for any number of threads', async () => {
    const gradient = tensor(new Float32Array(noise(70_000, 2)));
    const [one, ...others] = await withThreads(async () => {
      const [w, v] = [parameter('w', noise(70_000), 'float32'), parameter('v', noise(70_000, 3), 'float32')];
      sgdStep(w, gradient, v, { learningRate: 0.1, momentum: 0.9, nesterov: true });
      return [await values(w), await values(v)];
    });
    for (const other of others) expect(other).toEqual(one);
  });

  it('rejects what does not fit', () => {
    const w = parameter('w', [1, 2]);
    const gradient = tensor(new Float64Array(2));
    expect(() => sgdStep(w, tensor([1, 2]), undefined, { learningRate: 1 })).toThrow(
      'sgdStep: gradient is float32, but the parameter is float64',
    );
    expect(() => sgdStep(w, tensor(new Float64Array(3)), undefined, { learningRate: 1 })).toThrow(
      'sgdStep: gradient must have shape [2], but has [3]',
    );
    expect(() => sgdStep(w, gradient, undefined, { learningRate: 1, momentum: 0.9 })).toThrow(
      'sgdStep: momentum needs a velocity',
    );
    expect(() => sgdStep(gradient as never, gradient, undefined, { learningRate: 1 })).toThrow(
      'sgdStep: parameter must be a parameter',
    );
    expect(() => sgdStep(w, gradient, undefined, { learningRate: -1 })).toThrow(
      'sgdStep: learningRate must be a finite number of at least 0, but received -1',
    );
    expect(() => sgdStep(w, gradient, undefined, { learningRate: 1, gradientScale: tensor(1) })).toThrow(
      'gradientScale is float32, but the parameter is float64',
    );
    expect(() => sgdStep(w, gradient, undefined, { learningRate: 1, dampening: 0 } as never)).toThrow(
      "sgdStep: unknown option 'dampening'",
    );
  });
});
