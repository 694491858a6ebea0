/** Memory that runs out in a step: no parameter has been updated, and the next step does what that one would have done. */
import { describe, expect, it } from 'vitest';
import { memory, setMemoryLimit } from '../../lib/native.js';
import * as o from '../../lib/optimizers/index.js';
import { NativeError } from '../../lib/tensor/errors.js';
import { Parameter } from '../../lib/tensor/parameter.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';

const SIZE = 100_000;
const makeAll = () =>
  ['first', 'second', 'third'].map((name, index) => {
    const made = new Parameter(name, [SIZE]);
    made.assign(Float32Array.from(noise(SIZE, index)));
    return made;
  });
const gradients = () => [4, 5, 6].map((seed) => tensor(Float32Array.from(noise(SIZE, seed))));
const sgd = () => o.sgd({ learningRate: 0.1, momentum: 0.9 });

const cases: [string, () => o.Optimizer][] = [
  ['sgd', sgd],
  ['adam', () => o.adam()],
  ['adamW', () => o.adamW()],
  ['adadelta', () => o.adadelta()],
  ['adagrad', () => o.adagrad({ learningRate: 0.1 })],
  ['rmsprop', () => o.rmsprop()],
  ['lookahead', () => o.lookahead(sgd(), { every: 1 })],
  ['averaged', () => o.averaged(sgd())],
  [
    'groups',
    () => o.groups([{ parameters: ({ name }) => name === 'first', optimizer: sgd() }, { optimizer: o.adam() }]),
  ],
];

describe('where memory does not suffice for the state of all parameters', () => {
  it.each(cases)('%s updates none of them', async (_, make) => {
    const [expected, optimizer, parameters] = [makeAll(), make(), makeAll()];
    {
      using other = make(); // nothing may wait for the garbage collector: it would make room
      other.step(expected, gradients());
    }
    const start = await Promise.all(parameters.map(values));
    const versions = parameters.map(({ version }) => version);
    const given = gradients();
    setMemoryLimit(memory().liveBytes + 600_000); // the state of the first parameter fits, that of all does not
    try {
      expect(() => optimizer.step(parameters, given)).toThrow(NativeError);
    } finally {
      setMemoryLimit(0);
    }
    expect(parameters.map(({ version }) => version)).toEqual(versions);
    expect(await Promise.all(parameters.map(values))).toEqual(start);
    expect([optimizer.steps, ...Object.values(optimizer.counters(parameters).updates)]).toEqual([0, 0, 0, 0]);
    optimizer.step(parameters, given);
    expect(await Promise.all(parameters.map(values))).toEqual(await Promise.all(expected.map(values)));
    for (const made of [...parameters, ...expected]) made.dispose();
    optimizer.dispose();
  });

  it('a rate that is none in the second group updates none in the first', async () => {
    const parameters = makeAll();
    const start = await Promise.all(parameters.map(values));
    const broken = o.sgd({ learningRate: () => Number.NaN });
    const groups = o.groups([{ parameters: ({ name }) => name === 'first', optimizer: sgd() }, { optimizer: broken }]);
    expect(() => groups.step(parameters, gradients())).toThrow(
      'sgd: the learning rate of step 0 must be a finite number',
    );
    expect(await Promise.all(parameters.map(values))).toEqual(start);
  });
});
