import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { poolGeometry } from '../../lib/ops/pool2d.js';
import { stochasticPool2d } from '../../lib/ops/stochastic_pool2d.js';
import { Random } from '../../lib/tensor/random.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { expectClose, gradientOf, random, size } from '../support/operators.js';
import { eachWindow, poolCases } from '../support/pooling.js';
import { values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const cases = poolCases.map((given) => [JSON.stringify(given), given] as const);

describe('stochasticPool2d', () => {
  it.each(cases)(
    'draws an activation of each window by its share, and routes the gradient to it: %s',
    async (_, given) => {
      const { shape, ...options } = given;
      for (const dtype of ['float32', 'float64'] as const) {
        const x = random(shape, dtype);
        const data = (await values(x)).map((value) => Math.max(value, 0));
        const { height, width } = poolGeometry('test', x, options);
        const u = new Random(5);
        const y: number[] = [];
        const dx = new Array<number>(data.length).fill(0);
        eachWindow(shape, height, width, (index, elements) => {
          const threshold = u.uniform() * elements.reduce((sum, { at }) => sum + (data[at] as number), 0);
          let running = 0;
          let drawn = elements[0]?.at as number;
          for (const { at } of elements) {
            const a = data[at] as number;
            if (a > 0 && running <= threshold) drawn = at;
            running += a;
          }
          y.push(data[drawn] as number);
          dx[drawn] = (dx[drawn] as number) + (index % 17) + 1;
        });
        const pool = () => stochasticPool2d(x, { ...options, training: true, random: new Random(5) });
        expect(await values(pool())).toEqual(y);
        expect(
          await gradientOf(
            pool,
            x,
            y.map((__, index) => (index % 17) + 1),
          ),
        ).toEqual(dx);
      }
    },
  );

  it('draws in proportion to the activations', async () => {
    const n = 4000;
    const x = tensor(new Array<number[]>(n).fill([1, 2, -5, 5]).flat(), [n, 2, 2, 1]);
    const y = await values(stochasticPool2d(x, { poolSize: 2, training: true, random: new Random(1) }));
    const share = (value: number) => y.filter((drawn) => drawn === value).length / n;
    expect(share(1)).toBeCloseTo(1 / 8, 1);
    expect(share(2)).toBeCloseTo(2 / 8, 1);
    expect(share(5)).toBeCloseTo(5 / 8, 1);
    expect(share(1) + share(2) + share(5)).toBe(1);
  });

  it('is the mean by the probabilities in evaluation', async () => {
    const x = tensor([1, 2, -5, 5, 0, -1, 0, 0], [2, 2, 2, 1], 'float64');
    await expectClose(stochasticPool2d(x, { poolSize: 2, training: false }), [30 / 8, 0], 1e-14);
    for (const [, { shape, ...options }] of cases.slice(-8)) {
      const inputs = tensor(
        (await values(random(shape))).map((value) => value + (value < 0 ? -0.1 : 0.1)),
        shape,
        'float64',
      );
      await checkGradient((v) => stochasticPool2d(v, { ...options, training: false }), [inputs]);
    }
  });

  it('gives the same bits for any number of threads', async () => {
    const shape = [8, 30, 30, 9];
    const x = random(shape, 'float32');
    const [one, ...others] = await withThreads(() =>
      values(stochasticPool2d(x, { poolSize: 3, strides: 2, training: true, random: new Random(7) })),
    );
    expect(one?.length).toBe(size([8, 14, 14, 9]));
    for (const other of others) expect(other).toEqual(one);
  });

  it('rejects what does not fit', () => {
    const x = random([1, 4, 4, 1]);
    expect(() => stochasticPool2d(x, { poolSize: 2, training: true })).toThrow(
      'stochasticPool2d: random must be a Random in training, but received undefined',
    );
    expect(() => stochasticPool2d(x, { poolSize: 2 } as never)).toThrow(
      'stochasticPool2d: training must be true or false',
    );
    expect(() => stochasticPool2d(x, { poolSize: 2, training: false, seed: 1 } as never)).toThrow(
      "unknown option 'seed'",
    );
    expect(() => stochasticPool2d(random([4]), { poolSize: 2, training: false })).toThrow('x must have 4 axes');
  });
});
