// The lecture's statements about stacks of layers, pooling, channels and padding. Integers where equal means in every bit.
import { describe, expect, it } from 'vitest';
import { initializers, layers, ops, Random, sequential, type Tensor, tensor } from '../../lib/index.js';
import { values } from '../support/tensors.js';
import { constant, counting, gradientsOf, integers, movedDown, numbers } from './helpers.js';

const { conv2d, relu } = ops;
const positive = initializers.constant(1);

/** Whole numbers from −2 to 2. */
const whole: initializers.Initializer = (parameter, random) => {
  const length = parameter.shape.reduce((a, b) => a * b, 1);
  parameter.assign(Float64Array.from({ length }, () => Math.floor(random.uniform() * 5) - 2));
};

/** The inputs [first, last] that unit number `at` depends on along an axis. */
const box = ({ size, jump, start }: layers.AxisField, at: number): [number, number] => {
  const first = Math.round(start + at * jump - size / 2);
  return [first, first + size - 1];
};

const fieldOf = (model: { summary(): { rows: readonly { receptiveField: layers.ReceptiveField | undefined }[] } }) =>
  model.summary().rows.at(-1)?.receptiveField as layers.ReceptiveField;

/** Rows `from` to `to` of the first image, `to` left out. */
const rows = async (images: Tensor, from: number, to: number): Promise<number[]> =>
  values(ops.slice(images, [0, from], [-1, to - from]));

describe('structural priors, through a stack', () => {
  it('local connectivity: no gradient reaches beyond the receptive-field box of the summary, and it fills boxes inside the image', async () => {
    const model = sequential({
      inputShape: [31, 16, 1],
      layers: [
        layers.conv2d({ filters: 2, kernelSize: [3, 2], strides: [2, 1], filterInitializer: positive }),
        layers.averagePool2d({ poolSize: 2 }),
        layers.conv2d({ filters: 1, kernelSize: 3, padding: 1, filterInitializer: positive }),
      ],
      dtype: 'float64',
    });
    const { height, width } = fieldOf(model);
    const x = constant([1, 31, 16, 1], 1);
    const [, outHeight, outWidth] = model.forward(x).shape as [number, number, number];
    let filled = 0;
    for (let unit = 0; unit < outHeight * outWidth; unit++) {
      const one = Array.from({ length: outHeight * outWidth }, (_, at) => Number(at === unit));
      const dy = tensor(one, [1, outHeight, outWidth, 1], 'float64');
      const [dx] = gradientsOf(() => model.forward(x), dy, [x]) as [Tensor];
      const reached = (await values(dx)).map((g) => g !== 0);
      const [top, bottom] = box(height, Math.floor(unit / outWidth));
      const [left, right] = box(width, unit % outWidth);
      const inside = reached.map((_, at) => {
        const [row, column] = [Math.floor(at / 16), at % 16];
        return row >= top && row <= bottom && column >= left && column <= right;
      });
      expect(reached.some((hit, at) => hit && !inside[at])).toBe(false);
      if (top < 0 || bottom > 30 || left < 0 || right > 15) continue;
      expect(reached).toEqual(inside);
      filled++;
    }
    expect(filled).toBeGreaterThan(4);
  });

  it('equivariance: exact for every unit whose box lies inside the image before and after a move by the total stride', async () => {
    const model = sequential({
      inputShape: [48, 10, 2],
      layers: [
        layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 1, filterInitializer: whole }),
        layers.activation('relu'),
        layers.maxPool2d({ poolSize: 2 }),
        layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', filterInitializer: whole }),
      ],
      dtype: 'float64',
    });
    const { height } = fieldOf(model);
    expect(height.jump).toBe(4);
    const x = integers([1, 48, 10, 2], 1);
    const y = model.forward(x);
    for (const by of [1, 2, 3]) {
      const moved = model.forward(movedDown(x, by * height.jump));
      let compared = 0;
      for (let i = by; i < (y.shape[1] as number); i++) {
        if (box(height, i - by)[0] < 0 || box(height, i)[1] >= 48) continue;
        expect(await rows(moved, i, i + 1)).toEqual(await rows(y, i - by, i - by + 1));
        compared++;
      }
      expect(compared).toBeGreaterThan(4);
    }
  });

  it.each([
    ['max', (x: Tensor) => ops.maxPool2d(x, { poolSize: 2 })],
    ['average', (x: Tensor) => ops.averagePool2d(x, { poolSize: 2 })],
  ])('equivariance of %s pooling without padding, for moves by its stride', async (_, pool) => {
    const x = integers([1, 12, 6, 3], 1);
    for (const by of [1, 2, 3])
      expect(await rows(pool(movedDown(x, 2 * by)), by, 6)).toEqual(await rows(pool(x), 0, 6 - by));
  });

  it('equivariance of padded max pooling where nothing is negative, up to the windows at the bottom', async () => {
    const x = relu(integers([1, 12, 6, 3], 1));
    const pool = (images: Tensor) => ops.maxPool2d(images, { poolSize: 3, strides: 1, padding: 'same' });
    for (const by of [1, 2, 3])
      expect(await rows(pool(movedDown(x, by)), by, 11)).toEqual(await rows(pool(x), 0, 11 - by));
  });

  it('invariance: the mean over all positions stays under circular moves, to rounding', async () => {
    const [x, filter] = [numbers([1, 8, 6, 2], 1), numbers([3, 3, 2, 4], 2)];
    const around = [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ] as const;
    const features = (images: Tensor) =>
      values(ops.globalAveragePool2d(relu(conv2d(ops.pad(images, around, { mode: 'circular' }), filter))));
    const expected = await features(x);
    for (let by = 1; by < 8; by++)
      for (const [at, mean] of (await features(movedDown(x, by, 'circular'))).entries())
        expect(mean).toBeCloseTo(expected[at] as number, 12);
  });
});

describe('kinds of pooling', () => {
  const image = counting([1, 4, 4, 1]);
  const window = tensor([1, 2, 3, 4], [1, 2, 2, 1], 'float64');
  const sequence = tensor([3, 1, 4, 1, 5], [1, 5, 1], 'float64');

  it.each<[string, () => Tensor, number[]]>([
    ['global maximum', () => ops.globalMaxPool2d(image), [15]],
    ['global mean', () => ops.globalAveragePool2d(image), [7.5]],
    ['adaptive maximum', () => ops.adaptiveMaxPool2d(image, { outputSize: 2 }), [5, 7, 13, 15]],
    ['adaptive mean', () => ops.adaptiveAveragePool2d(image, { outputSize: 2 }), [2.5, 4.5, 10.5, 12.5]],
    ['maximum over time', () => ops.maxOverTime(sequence), [5]],
    ['k maxima in their order', () => ops.kMaxPool(sequence, { k: 3 }), [3, 4, 5]],
    ['L2: √Σx²', () => ops.lpPool2d(tensor([3, 4, 0, 0], [1, 2, 2, 1], 'float64'), { poolSize: 2 }), [5]],
    ['sum', () => ops.sumPool2d(image, { poolSize: 2 }), [10, 18, 42, 50]],
    ['stochastic, in evaluation: Σx²/Σx', () => ops.stochasticPool2d(window, { poolSize: 2, training: false }), [3]],
    ['maxout across channels', () => ops.maxout(tensor([1, 5, 2, 7, 0, 3], [1, 6]), { pieces: 3 }), [5, 7]],
  ])('%s', async (_, pooled, expected) => {
    expect(await values(pooled())).toEqual(expected);
  });

  it('stochastic, in training: draws an element by its share of the sum', async () => {
    const random = new Random(1);
    const windows = tensor(Array.from({ length: 1000 }, () => [1, 0, 0, 3]).flat(), [1000, 2, 2, 1], 'float64');
    const drawn = await values(ops.stochasticPool2d(windows, { poolSize: 2, training: true, random }));
    expect(new Set(drawn)).toEqual(new Set([1, 3]));
    expect(drawn.filter((v) => v === 3).length / 1000).toBeCloseTo(0.75, 1);
  });

  it('trainable subsampling of LeNet-5: w·Σ + b', async () => {
    const subsampling = layers.subsampling2d({
      poolSize: 2,
      weightInitializer: initializers.constant(2),
      biasInitializer: initializers.constant(1),
    });
    const model = sequential({ inputShape: [4, 4, 1], layers: [subsampling], dtype: 'float64' });
    expect(await values(model.forward(image))).toEqual([21, 37, 85, 101]);
  });
});

describe('channels', () => {
  it('an RGB image has 3 channels, so a filter is k_h × k_w × 3', () => {
    const model = sequential({
      inputShape: [32, 32, 3],
      layers: [layers.conv2d({ filters: 1, kernelSize: [5, 4] })],
    });
    expect(model.parameter('0.filter').shape).toEqual([5, 4, 3, 1]);
  });

  it('x ∈ ℝ^{7×7×3} and k ∈ ℝ^{3×4×3} give 5×4: one channel, Σ h(i + m, j + n, p) k(m, n, p)', async () => {
    const [x, k] = [integers([1, 7, 7, 3], 1), integers([3, 4, 3, 1], 2)];
    const y = conv2d(x, k);
    expect(y.shape).toEqual([1, 5, 4, 1]);
    const [h, weights] = await Promise.all([values(x), values(k)]);
    const expected = Array.from({ length: 20 }, (_, at) => {
      const [i, j] = [Math.floor(at / 4), at % 4];
      // Element (m, n, p) of the kernel stands at (m·4 + n)·3 + p.
      return weights.reduce((sum, weight, e) => {
        const [m, n, p] = [Math.floor(e / 12), Math.floor(e / 3) % 4, e % 3];
        return sum + weight * (h[((i + m) * 7 + j + n) * 3 + p] as number);
      }, 0);
    });
    expect(await values(y)).toEqual(expected);
  });
});

describe('7×6×1, kernel 3×3, SAME, stride (2, 2)', () => {
  const image = counting([1, 7, 6, 1]);
  const perSide = { h: [1, 1], w: [1, 1] } as const;

  it.each([
    [
      'ones, one zero on the right',
      constant([3, 3, 1, 1], 1),
      'same',
      [24, 36, 30, 117, 135, 99, 225, 243, 171, 204, 216, 150],
    ],
    [
      'ones, zeros per side',
      constant([3, 3, 1, 1], 1),
      perSide,
      [14, 30, 42, 75, 126, 144, 147, 234, 252, 134, 210, 222],
    ],
    [
      'ones, one zero on the left',
      constant([3, 3, 1, 1], 1),
      'sameLower',
      [14, 30, 42, 75, 126, 144, 147, 234, 252, 134, 210, 222],
    ],
    [
      '0…8, one zero on the right',
      counting([3, 3, 1, 1]),
      'same',
      [163, 229, 169, 582, 654, 420, 1014, 1086, 672, 541, 571, 319],
    ],
    [
      '0…8, zeros per side',
      counting([3, 3, 1, 1]),
      perSide,
      [103, 196, 262, 411, 618, 690, 735, 1050, 1122, 421, 556, 586],
    ],
  ] as const)('kernel of %s: the worked values', async (_, filter, padding, expected) => {
    const y = conv2d(image, filter, { strides: [2, 2], padding });
    expect(y.shape).toEqual([1, 4, 3, 1]);
    expect(await values(y)).toEqual([...expected]);
  });
});
