/** Optimizers against PyTorch 1.13, in float64: five steps from the same start on the same quadratic. The weights were printed by
 *
 *     w = torch.nn.Parameter(torch.tensor([1., -2., .5, 0.]).reshape(shape)); c = torch.tensor([.5, 1.5, -1., 2.]).reshape(shape)
 *     o = make(w)
 *     for i in range(5): w.grad = 2 * w.detach() * c + .1; o.step()
 *     print(w)
 *
 * with SGD(lr=.1, momentum=.9) where the name says SGD, what the name says before or after each step, and
 *
 *     def lars(lr=.5,mu=.9,wd=.01,eta=.1):
 *         v=0
 *         def step(w):
 *             nonlocal v
 *             g=w.grad; r=eta*w.data.norm()/(g.norm()+wd*w.data.norm()) if w.dim()>1 else 1.
 *             v=mu*v+lr*r*(g+wd*w.data); w.data=w.data-v
 *         return lambda w: step
 *     def lamb(lr=.1,b1=.9,b2=.999,eps=1e-6,wd=.01):
 *         m=v=0; t=0
 *         def step(w):
 *             nonlocal m,v,t
 *             g=w.grad; t+=1; m=b1*m+(1-b1)*g; v=b2*v+(1-b2)*g*g
 *             r=m/(1-b1**t)/((v/(1-b2**t)).sqrt()+eps)+wd*w.data
 *             w.data=w.data-lr*(w.data.norm()/r.norm() if w.dim()>1 else 1.)*r
 *         return lambda w: step
 *     def muon(lr=.1,mu=.95,wd=.1,nesterov=True):
 *         buf=0
 *         def step(w): # weights are [inputs, outputs]: the transpose of PyTorch's
 *             nonlocal buf
 *             g=w.grad; buf=mu*buf+g; d=g+mu*buf if nesterov else buf
 *             X=d.T; X=X/(X.norm()+1e-7); rows,cols=X.shape
 *             if rows>cols: X=X.T
 *             for _ in range(5):
 *                 A=X@X.T; X=3.4445*X+(-4.775*A+2.0315*A@A)@X
 *             if rows>cols: X=X.T
 *             w.data=w.data*(1-lr*wd)-lr*max(1,rows/cols)**.5*X.T
 *         return lambda w: step
 */
import { describe, expect, it } from 'vitest';
import {
  adadelta,
  adagrad,
  averaged,
  clipped,
  groups,
  lamb,
  lars,
  lookahead,
  maxNorm,
  muon,
  type Optimizer,
  rmsprop,
  sgd,
} from '../../lib/optimizers/index.js';
import { Parameter } from '../../lib/tensor/parameter.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { values } from '../support/tensors.js';

const start = [1, -2, 0.5, 0];
const curvature = [0.5, 1.5, -1, 2];
const momentum = () => sgd({ learningRate: 0.1, momentum: 0.9 });

function parameter(shape: readonly number[] = [4], name = 'w', initial = start): Parameter {
  const made = new Parameter(name, shape, { dtype: 'float64' });
  made.assign(Float64Array.from(initial));
  return made;
}

/** Updates by the gradient 2 c w + 0.1. */
async function descend(optimizer: Optimizer, w: Parameter, steps = 5): Promise<number[]> {
  for (let step = 0; step < steps; step++) {
    const gradient = (await values(w)).map((value, index) => 2 * value * (curvature[index] as number) + 0.1);
    optimizer.step([w], [tensor(Float64Array.from(gradient), w.shape)]);
  }
  return values(w);
}

function expectClose(actual: readonly number[], expected: readonly number[], digits = 11): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, digits);
}

const cases: [name: string, make: () => Optimizer, shape: number[], expected: number[]][] = [
  [
    'Adadelta(lr=1)',
    () => adadelta(),
    [4],
    [0.9836255181453292, -1.983599683438993, 0.5165744272905382, -0.013633461477282945],
  ],
  [
    'Adadelta(lr=.5, rho=.95, eps=1e-3, weight_decay=.05)',
    () => adadelta({ learningRate: 0.5, rho: 0.95, epsilon: 1e-3, weightDecay: 0.05 }),
    [4],
    [0.6723774065105612, -1.6563717543645755, 0.9169780561199304, -0.03306472905752504],
  ],
  [
    'Adagrad(lr=.1)',
    () => adagrad({ learningRate: 0.1 }),
    [4],
    [0.6956459265297522, -1.6869386114223182, 0.8565783230625775, -0.025227774460273997],
  ],
  [
    'Adagrad(lr=.1, lr_decay=.1, weight_decay=.05, initial_accumulator_value=.1, eps=1e-3)',
    () => adagrad({ learningRate: 0.1, rateDecay: 0.1, weightDecay: 0.05, initialSum: 0.1, epsilon: 1e-3 }),
    [4],
    [0.7369020929801489, -1.724848334062399, 0.7974555503939744, -0.02469141803175448],
  ],
  [
    'RMSprop(lr=.1)',
    () => rmsprop({ learningRate: 0.1 }),
    [4],
    [-0.0999952347257171, -0.12190247596191191, 4.740196790032819, -0.025001065407638162],
  ],
  [
    'RMSprop(lr=.01, alpha=.9, eps=1e-3, weight_decay=.05, momentum=.5, centered=True)',
    () => rmsprop({ learningRate: 0.01, rho: 0.9, epsilon: 1e-3, weightDecay: 0.05, momentum: 0.5, centered: true }),
    [4],
    [0.8021482383196799, -1.7993281248003932, 0.7136488562746416, -0.022019950330392692],
  ],
  [
    'lars of a matrix',
    () => lars({ learningRate: 0.5, weightDecay: 0.01, trustCoefficient: 0.1 }),
    [2, 2],
    [0.7305812449575424, -0.6948385100937011, 0.7496992580499142, -0.02098956644262434],
  ],
  [
    'lars of a vector',
    () => lars({ learningRate: 0.5, weightDecay: 0.01, trustCoefficient: 0.1 }),
    [4],
    [-0.658048999971875, -0.77239572015, 35.78577995421719, -0.048711071281250004],
  ],
  [
    'lamb of a matrix',
    () => lamb({ learningRate: 0.1, weightDecay: 0.01 }),
    [2, 2],
    [0.4357710589411519, -1.4245260597119174, 1.0665268577246874, 0.023053757396144865],
  ],
  [
    'lamb of a vector',
    () => lamb({ learningRate: 0.1, weightDecay: 0.01 }),
    [4],
    [0.5029625576751017, -1.4941132628977587, 0.9979839092520733, 0.016808523141137545],
  ],
  [
    'muon',
    () => muon({ learningRate: 0.1, weightDecay: 0.1 }),
    [2, 2],
    [0.9071133789694695, -1.5518635788738178, 0.8862302807372954, 0.059710955386755415],
  ],
  [
    'muon without Nesterov, of a wide matrix',
    () => muon({ learningRate: 0.1, weightDecay: 0.1, nesterov: false }),
    [1, 4],
    [0.8210962597426127, -1.241860319553386, 0.5900775093975474, -0.011024519099382067],
  ],
  [
    'muon of a high one',
    () => muon({ learningRate: 0.1, weightDecay: 0.1 }),
    [4, 1],
    [0.8872840221480616, -1.5711639387039698, 0.529929942726577, -0.005597316212684889],
  ],
  [
    'clip_grad_norm_(1) and SGD',
    () => clipped(momentum(), { globalNorm: 1 }),
    [4],
    [0.7399872079401928, -0.7377481195572148, 0.745759122858216, -0.02033066388630343],
  ],
  [
    'clip_grad_value_(.8) and SGD',
    () => clipped(momentum(), { value: 0.8 }),
    [4],
    [0.017647999999999938, -0.9484719999999999, 1.5515280000000002, -0.043225],
  ],
  [
    'SGD and torch.renorm(w, 2, 1, .7)',
    () => maxNorm(momentum(), { limit: 0.7 }),
    [2, 2],
    [-0.13027564471478387, 0.6992251924134469, 0.6877704348833392, -0.032924291673702415],
  ],
  [
    'lookahead of SGD',
    () => lookahead(momentum(), { every: 2, rate: 0.3 }),
    [4],
    [0.35252503999999996, 0.5539424400000006, 1.30829504, -0.03682000000000001],
  ],
];

describe('five steps', () => {
  it.each(cases)('are those of %s', async (name, make, shape, expected) => {
    // torch.renorm divides by norm + 1e-7
    expectClose(await descend(make(), parameter(shape)), expected, name.includes('renorm') ? 5 : 11);
  });
});

describe('state', () => {
  it.each(cases)('of %s carries on in another optimizer, bit by bit', async (_, make, shape) => {
    const whole = await descend(make(), parameter(shape), 7);
    const [first, second, w] = [make(), make(), parameter(shape)];
    await descend(first, w, 3);
    const state = first.state([w]);
    for (const [name, tensor] of second.state([w])) tensor.assign(state.get(name) as Parameter);
    second.restore([w], JSON.parse(JSON.stringify(first.counters([w]))));
    expect(await descend(second, w, 4)).toEqual(whole);
  });

  it('of wrappers and groups has a name for everything', () => {
    const [w, bias] = [parameter([2, 2]), parameter([4], 'bias')];
    const inner = groups([
      { parameters: ({ shape }) => shape.length < 2, optimizer: rmsprop() },
      { optimizer: muon() },
    ]);
    const optimizer = averaged(lookahead(clipped(inner, { globalNorm: 1 })));
    expect(optimizer.kind).toBe('averaged(lookahead(clipped(groups(rmsprop, muon))))');
    const gradients = [tensor(new Float64Array(4), [2, 2]), tensor(new Float64Array(4))];
    optimizer.step([w, bias], gradients);
    expect([...optimizer.state([w, bias]).keys()].sort()).toEqual([
      'bias.average',
      'bias.meanSquare',
      'bias.slow',
      'w.average',
      'w.momentum',
      'w.slow',
    ]);
    expect(optimizer.counters([w, bias])).toEqual({ steps: 1, updates: { w: 1, bias: 1 } });
    expect(gradients.every(({ isDisposed }) => isDisposed)).toBe(true);
    expect(() => averaged(averaged(sgd({ learningRate: 1 }))).state([w])).toThrow(
      'two state tensors are named "w.average"',
    );
  });
});

describe('averaged', () => {
  it('keeps the moving average, swaps it in and out, and leaves the weights alone', async () => {
    const [optimizer, w] = [averaged(momentum(), { decay: 0.9 }), parameter()];
    const weights = [-0.132076, 1.4972840000000003, 2.339789, -0.043225];
    expectClose(await descend(optimizer, w), weights);
    optimizer.swap([w]);
    expectClose(await values(w), [0.7347779, -1.0053721, 0.8563469, -0.013992100000000004]);
    optimizer.swap([w]);
    expectClose(await values(w), weights);
  });
});

describe('sgd', () => {
  it("in Keras' convention lets a drop of the rate act on new gradients only", async () => {
    const w = parameter([1], 'w', [0]);
    const rates = [0.1, 0.1, 0.01, 0.01];
    const learningRate = (step: number) => rates[step] as number;
    const optimizer = sgd({ learningRate, momentum: 0.9, momentumConvention: 'keras' });
    const path: number[] = [];
    for (const _ of rates) {
      optimizer.step([w], [tensor(new Float64Array([1]))]);
      path.push(await w.item());
    }
    expectClose(path, [-0.1, -0.29, -0.471, -0.6439]);
  });

  it('decays weights directly where asked to', async () => {
    const w = parameter([1], 'w', [2]);
    sgd({ learningRate: 0.1, weightDecay: 0.5, decoupled: true }).step([w], [tensor(new Float64Array([1]))]);
    expect(await w.item()).toBeCloseTo(2 * 0.95 - 0.1, 14);
  });
});

describe('groups', () => {
  it('exempt biases from weight decay, and give them another rate', async () => {
    const [w, bias] = [parameter([2, 2], 'w', [1, 1, 1, 1]), parameter([1], 'bias', [1])];
    const optimizer = groups([
      { parameters: ({ shape }) => shape.length < 2, optimizer: sgd({ learningRate: 0.2 }) },
      { optimizer: sgd({ learningRate: 0.1, weightDecay: 0.5 }) },
    ]);
    optimizer.step([bias, w], [tensor(new Float64Array([1])), tensor(new Float64Array(4).fill(1), [2, 2])]);
    expectClose(await values(bias), [0.8]);
    expectClose(await values(w), [0.85, 0.85, 0.85, 0.85]);
    expect([optimizer.learningRate, optimizer.steps]).toEqual([0.1, 1]);
  });

  it('are clipped together by the norm of all gradients', async () => {
    const [w, bias] = [parameter([1], 'w', [0]), parameter([1], 'bias', [0])];
    const each = [{ parameters: ({ name }: Parameter) => name === 'w', optimizer: sgd({ learningRate: 1 }) }];
    const optimizer = clipped(groups([...each, { optimizer: sgd({ learningRate: 1 }) }]), { globalNorm: 1 });
    optimizer.step([w, bias], [tensor(new Float64Array([3])), tensor(new Float64Array([4]))]);
    expectClose([await w.item(), await bias.item()], [-0.6, -0.8], 6);
  });

  it('name a parameter that none takes', () => {
    const w = parameter();
    const optimizer = groups([{ parameters: () => false, optimizer: sgd({ learningRate: 1 }) }]);
    expect(() => optimizer.step([w], [tensor(new Float64Array(4))])).toThrow(
      'groups: no group takes parameter "w"; let the last one take the rest',
    );
  });
});

it('lars and lamb move weights that are all zero', async () => {
  for (const optimizer of [lars({ learningRate: 1 }), lamb()]) {
    const w = parameter([2, 2], 'w', [0, 0, 0, 0]);
    optimizer.step([w], [tensor(new Float64Array(4).fill(1), [2, 2])]);
    expect((await values(w)).every((value) => value < 0)).toBe(true);
  }
});

it('muon rejects vectors', () => {
  expect(() => muon().step([parameter()], [tensor(new Float64Array(4))])).toThrow(
    'muon: parameter "w" has shape [4], but muon updates weights of at least two axes',
  );
});
