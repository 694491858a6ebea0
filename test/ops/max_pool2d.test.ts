import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { pullback } from '../../lib/autograd/gradients.js';
import { maxPool2d } from '../../lib/ops/max_pool2d.js';
import { poolGeometry } from '../../lib/ops/pool2d.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { checkLargeGradient, distinct, eachWindow, type PoolCase, poolCases } from '../support/pooling.js';
import { noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const name = (given: PoolCase): string => JSON.stringify(given);

function reference(x: readonly number[], { shape, ...options }: PoolCase): { y: number[]; winners: number[] } {
  const { height, width } = poolGeometry('test', tensor(x, shape), options);
  const y: number[] = [];
  const winners: number[] = [];
  eachWindow(shape, height, width, (_, elements) => {
    let best = elements[0] as { at: number };
    for (const element of elements) if ((x[element.at] as number) > (x[best.at] as number)) best = element;
    y.push(x[best.at] as number);
    winners.push(best.at);
  });
  return { y, winners };
}

async function gradient(x: Tensor, options: Omit<PoolCase, 'shape'>, dy: readonly number[]): Promise<number[]> {
  const { value, gradients } = pullback(
    'test',
    () => maxPool2d(x, options),
    [x],
    (y) => tensor(dy, y.shape, x.dtype),
  );
  value.dispose();
  return values(gradients[0] as Tensor);
}

describe('maxPool2d', () => {
  it.each(poolCases.map((given) => [name(given), given] as const))(
    'takes the maximum of each window: %s',
    async (_, given) => {
      const { shape, ...options } = given;
      for (const dtype of ['float32', 'float64'] as const) {
        const x = tensor([...noise(size(shape))], shape, dtype);
        const { y, winners } = reference(await values(x), given);
        expect(await values(maxPool2d(x, options))).toEqual(y);

        const dy = winners.map((__, index) => (index % 17) - 8);
        const dx = new Array<number>(size(shape)).fill(0);
        for (const [index, winner] of winners.entries()) dx[winner] = (dx[winner] as number) + (dy[index] as number);
        expect(await gradient(x, options, dy)).toEqual(dx);
      }
    },
  );

  it.each(poolCases.map((given) => [name(given), given] as const))(
    'has the gradient that differences give: %s',
    async (_, given) => {
      const { shape, ...options } = given;
      await checkGradient((x) => maxPool2d(x, options), [tensor(distinct(size(shape)), shape)]);
    },
  );

  it('gives the gradient to the first of equal values, in row-major order', async () => {
    for (const channels of [1, 3, 20]) {
      const x = tensor(new Float32Array(16 * channels).fill(-3), [1, 4, 4, channels]);
      const once = (position: number) => (position === 0 ? 1 : 0);
      const dx = await gradient(x, { poolSize: 4 }, new Array<number>(channels).fill(1));
      expect(dx).toEqual(Array.from({ length: 16 * channels }, (_, i) => once(Math.floor(i / channels))));
    }
    // The maximum 5 stands at (0, 1) and (1, 0): the upper one comes first.
    expect(await gradient(tensor([1, 5, 5, 2], [1, 2, 2, 1]), { poolSize: 2 }, [1])).toEqual([0, 1, 0, 0]);
    // All −∞: padding, which holds −∞ too, must not win.
    const low = tensor([
      [
        [[-Infinity], [-Infinity]],
        [[-Infinity], [-Infinity]],
      ],
    ]);
    expect(await gradient(low, { poolSize: 3, strides: 1, padding: { h: [1, 0], w: [1, 0] } }, [1])).toEqual([
      1, 0, 0, 0,
    ]);
  });

  it('lets NaN win and padding lose', async () => {
    for (const channels of [1, 16]) {
      const data = new Float32Array(9 * channels).fill(-2);
      data[4 * channels] = Number.NaN;
      const y = await values(maxPool2d(tensor(data, [1, 3, 3, channels]), { poolSize: 2, strides: 1, padding: 1 }));
      const first = y.filter((_, index) => index % channels === 0);
      expect(first.map((v) => (Number.isNaN(v) ? 'x' : v))).toEqual([
        -2,
        -2,
        -2,
        -2,
        -2,
        'x',
        'x',
        -2,
        -2,
        'x',
        'x',
        -2,
        -2,
        -2,
        -2,
        -2,
      ]);
    }
  });

  it('takes windows of more than 256 elements', async () => {
    const x = distinct(20 * 20 * 3);
    const given: PoolCase = { shape: [1, 20, 20, 3], poolSize: 20 };
    const { y, winners } = reference([...x], given);
    const input = tensor(x, given.shape);
    expect(await values(maxPool2d(input, { poolSize: 20 }))).toEqual(y);
    const dx = await gradient(input, { poolSize: 20 }, [1, 2, 3]);
    expect(winners.map((winner) => dx[winner])).toEqual([1, 2, 3]);
  });

  it('gives the same bits for any number of threads', async () => {
    const x = tensor(new Float32Array(noise(8 * 64 * 64 * 9)), [8, 64, 64, 9]);
    const dy = [...noise(8 * 32 * 32 * 9, 2)];
    const [one, ...others] = await withThreads(() => gradient(x, { poolSize: 3, strides: 2, padding: 'same' }, dy));
    for (const other of others) expect(other).toEqual(one);
  });

  it('takes an empty batch', async () => {
    const y = maxPool2d(tensor(new Float32Array(0), [0, 4, 4, 3]), { poolSize: 2 });
    expect([y.shape, await values(y)]).toEqual([[0, 2, 2, 3], []]);
  });

  it('rejects what does not fit', () => {
    const x = tensor(new Float32Array(48), [1, 4, 4, 3]);
    expect(() => maxPool2d(tensor([1, 2]), { poolSize: 2 })).toThrow(
      'maxPool2d: x must have 4 axes [batch, height, width, channels], but has shape [2]',
    );
    expect(() => maxPool2d(x, { poolSize: 5 })).toThrow("maxPool2d: kernel 5 is larger than the input's height 4");
    expect(() => maxPool2d(x, { poolSize: 0 })).toThrow(
      'maxPool2d: poolSize must be a positive integer, but received 0',
    );
    expect(() => maxPool2d(x, { poolSize: 2, padding: 2 })).toThrow(
      'padding of the height must be less than poolSize 2 on each end, but is [2, 2]',
    );
    expect(() => maxPool2d(x, { poolSize: 2, dilation: 1 } as never)).toThrow("maxPool2d: unknown option 'dilation'");
    expect(() => maxPool2d(tensor(new Int32Array(48), [1, 4, 4, 3]), { poolSize: 2 })).toThrow(
      'maxPool2d: x must be float32, float64 or bfloat16, but is int32',
    );
  });

  checkLargeGradient(maxPool2d);
});
