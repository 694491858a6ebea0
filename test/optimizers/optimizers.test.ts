/** Optimizers against PyTorch 1.13, in float64. The weights were printed by
 *
 *     w = torch.nn.Parameter(torch.tensor([1., -2., .5, 0.], dtype=torch.float64)); c = torch.tensor([.5, 1.5, -1., 2.])
 *     o = make([w])
 *     for _ in range(5): o.zero_grad(); ((w * w * c).sum() + 0.1 * w.sum()).backward(); o.step()
 *     print(w)
 */
import { describe, expect, it } from 'vitest';
import { adam, adamW, type Optimizer, sgd } from '../../lib/optimizers/index.js';
import { ArgumentError, DTypeError, ShapeError } from '../../lib/tensor/errors.js';
import { Parameter } from '../../lib/tensor/parameter.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { values } from '../support/tensors.js';

const start = [1, -2, 0.5, 0];
const curvature = [0.5, 1.5, -1, 2];

function parameter(name = 'w', initial = start): Parameter {
  const made = new Parameter(name, [initial.length], { dtype: 'float64' });
  made.assign(Float64Array.from(initial));
  return made;
}

/** Updates by the gradient 2 c w + 0.1. */
async function descend(optimizer: Optimizer, w: Parameter, steps: number): Promise<number[]> {
  for (let step = 0; step < steps; step++) {
    const gradient = (await values(w)).map((value, index) => 2 * value * (curvature[index] as number) + 0.1);
    optimizer.step([w], [tensor(Float64Array.from(gradient))]);
  }
  return values(w);
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 11);
}

describe('five steps', () => {
  it.each<[string, () => Optimizer, number[]]>([
    ['SGD(lr=0.1)', () => sgd({ learningRate: 0.1 }), [0.5495390000000001, -0.36387099999999994, 1.169744, -0.023056]],
    ['SGD(momentum=0.9)', () => sgd({ learningRate: 0.1, momentum: 0.9 }), [-0.132076, 1.497284, 2.339789, -0.043225]],
    [
      'SGD(momentum=0.9, nesterov=True)',
      () => sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
      [-0.21503985229000014, 0.6507760714099999, 3.72966354176, -0.02912839504],
    ],
    [
      'SGD(momentum=0.9, weight_decay=0.05)',
      () => sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.05 }),
      [-0.16857680969687522, 1.5033643453750003, 2.2702304659921877, -0.04251156625625001],
    ],
    [
      'SGD(momentum=0.9, nesterov=True, weight_decay=0.05)',
      () => sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.05 }),
      [-0.2429393424713013, 0.6356946467689711, 3.585237217812673, -0.02854313296876119],
    ],
    [
      'Adam(lr=0.1)',
      () => adam({ learningRate: 0.1 }),
      [0.5068637089650823, -1.5030213930559075, 1.0014609293136072, 0.016942782848787773],
    ],
    [
      'Adam(lr=0.05, betas=(0.7, 0.9), eps=1e-3)',
      () => adam({ learningRate: 0.05, beta1: 0.7, beta2: 0.9, epsilon: 1e-3 }),
      [0.7529116284718887, -1.75142964836899, 0.7534717024967057, -0.01837248730165264],
    ],
    [
      'Adam(lr=0.1, weight_decay=0.05)',
      () => adam({ learningRate: 0.1, weightDecay: 0.05 }),
      [0.5069096074160143, -1.5030202947003855, 1.0014520966679372, 0.01744604101994649],
    ],
    [
      'AdamW(lr=0.1, weight_decay=0.05)',
      () => adamW({ learningRate: 0.1, weightDecay: 0.05 }),
      [0.48753828270200456, -1.4588628288185232, 0.9841949964806501, 0.01627634829103177],
    ],
  ])('are those of %s', async (_, make, expected) => {
    expectClose(await descend(make(), parameter(), 5), expected);
  });
});

describe('the learning rate', () => {
  it('is asked for at every step, and scales the whole step as in PyTorch (Keras would reach -0.6439)', async () => {
    const w = parameter('w', [0]);
    const rates = [0.1, 0.1, 0.01, 0.01];
    const optimizer = sgd({ learningRate: (step) => rates[step] as number, momentum: 0.9 });
    const seen: number[] = [];
    for (const _ of rates) {
      optimizer.step([w], [tensor(new Float64Array([1]))]);
      seen.push(...(await values(w)));
    }
    expectClose(seen, [-0.1, -0.29, -0.3171, -0.35149]);
    expect(optimizer.steps).toBe(4);
  });

  it('may be zero, but not NaN', async () => {
    const w = parameter();
    expect(await descend(sgd({ learningRate: () => 0 }), w, 1)).toEqual(start);
    const bad = sgd({ learningRate: () => Number.NaN });
    expect(() => bad.step([w], [tensor(new Float64Array(4))])).toThrow(
      'sgd: the learning rate of step 0 must be a finite number',
    );
  });
});

it("Adam's epsilon stands outside the bias-corrected root", async () => {
  for (const [gradient, expected] of [
    [1e-6, 9.900990099e-4],
    [1e-8, 5e-4],
  ] as const) {
    const w = parameter('w', [0]);
    adam().step([w], [tensor(new Float64Array([gradient]))]);
    expect((await values(w))[0]).toBeCloseTo(-expected, 12);
  }
});

describe('step', () => {
  it('consumes the gradients, and leaves frozen parameters alone', async () => {
    const [w, frozen] = [parameter('w'), parameter('frozen')];
    frozen.trainable = false;
    const gradients = [tensor(new Float64Array(4).fill(1)), tensor(new Float64Array(4).fill(1))];
    const versions = [w.version, frozen.version];
    sgd({ learningRate: 1 }).step([w, frozen], gradients);
    expect(await values(w)).toEqual([0, -3, -0.5, -1]);
    expect(await values(frozen)).toEqual(start);
    expect(gradients.every(({ isDisposed }) => isDisposed)).toBe(true);
    expect([w.version - (versions[0] as number), frozen.version - (versions[1] as number)]).toEqual([1, 0]);
  });

  it('corrects the bias of a parameter that was frozen at first by its own updates, as PyTorch does', async () => {
    const [early, late] = [parameter('early', [0]), parameter('late', [0])];
    const optimizer = adam({ learningRate: 0.1 });
    const ones = () => [tensor(new Float64Array([1])), tensor(new Float64Array([1]))];
    late.trainable = false;
    for (let step = 0; step < 10; step++) optimizer.step([early, late], ones());
    late.trainable = true;
    optimizer.step([early, late], ones());
    expect((await values(late))[0]).toBeCloseTo(-0.1, 8);
  });

  it('rejects gradients that do not fit, before it updates anything', async () => {
    const [w, v] = [parameter('w'), parameter('v')];
    const optimizer = sgd({ learningRate: 1 });
    const gradient = () => tensor(new Float64Array(4).fill(1));
    expect(() => optimizer.step([w, v], [gradient()])).toThrow(
      'sgd: step expects as many gradients as parameters, but received 2 parameters and 1 gradients',
    );
    expect(() => optimizer.step([w, v], [gradient(), tensor(new Float64Array(3))])).toThrow(ShapeError);
    expect(() => optimizer.step([w, v], [gradient(), tensor(new Float32Array(4))])).toThrow(DTypeError);
    expect(() => optimizer.step([w, gradient() as Parameter], [gradient(), gradient()])).toThrow(
      'sgd: parameters[1] must be a parameter',
    );
    expect(await values(w)).toEqual(start);
    expect(optimizer.steps).toBe(0);
  });
});

describe('state', () => {
  it.each<[string, () => Optimizer, string[]]>([
    ['sgd', () => sgd({ learningRate: 0.1 }), []],
    ['sgd with momentum', () => sgd({ learningRate: 0.1, momentum: 0.9 }), ['w.momentum']],
    ['adam', () => adam({ learningRate: 0.1 }), ['w.mean', 'w.meanSquare']],
  ])('of %s carries on in another optimizer', async (_, make, names) => {
    const whole = await descend(make(), parameter(), 7);
    const [first, second, w] = [make(), make(), parameter()];
    await descend(first, w, 3);
    const state = first.state([w]);
    expect([...state.keys()]).toEqual(names);
    for (const [name, tensor] of second.state([w])) tensor.assign(state.get(name) as Parameter);
    second.restore([w], JSON.parse(JSON.stringify(first.counters([w]))));
    expect(await descend(second, w, 4)).toEqual(whole);
  });

  it('rejects two parameters of one name, and counters of others', () => {
    const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
    expect(() => optimizer.state([parameter('w'), parameter('w')])).toThrow('sgd: two parameters are named "w"');
    expect(() => optimizer.restore([parameter('w')], { steps: 1, updates: {} })).toThrow(
      'sgd: counters must hold a count for "w"',
    );
  });
});

describe('options', () => {
  it.each<[string, () => Optimizer, string]>([
    [
      'a missing rate',
      () => sgd({} as never),
      'sgd: learningRate must be a finite number of at least 0, but received undefined',
    ],
    [
      'a rate that is NaN',
      () => adam({ learningRate: Number.NaN }),
      'adam: learningRate must be a finite number of at least 0, but received NaN',
    ],
    ['a negative rate', () => sgd({ learningRate: -0.1 }), 'sgd: learningRate must be'],
    ['a momentum of 1', () => sgd({ learningRate: 0.1, momentum: 1 }), 'sgd: momentum must be below 1, but received 1'],
    [
      'nesterov without momentum',
      () => sgd({ learningRate: 0.1, nesterov: true }),
      'sgd: nesterov needs a momentum above 0',
    ],
    ['a beta of 1', () => adam({ beta2: 1 }), 'adam: beta2 must be below 1'],
    [
      'a negative decay',
      () => adamW({ weightDecay: -1 }),
      'adamW: weightDecay must be a finite number of at least 0, but received -1',
    ],
    [
      'an unknown option',
      () => sgd({ lr: 0.1 } as never),
      "sgd: unknown option 'lr'; it takes learningRate, momentum, nesterov, weightDecay",
    ],
  ])('reject %s', (_, make, message) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });
});
