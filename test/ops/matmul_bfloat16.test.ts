/** Matrix products of bfloat16: exact where every sum is, else one rounding away; beside float32 weights, or of two bfloat16s. */
import { describe, expect, it } from 'vitest';
import { pullback } from '../../lib/autograd/gradients.js';
import { matmul } from '../../lib/ops/matmul.js';
import { excess, narrow, rounded, small, wide } from '../support/bfloat16.js';
import { multiplyMatrices, transposed } from '../support/references.js';
import { noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';

type Product = readonly [rows: number, columns: number, inner: number];
interface Transposes {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** The op's output and gradients by a [rows, inner], bfloat16, and b [inner, columns], float32, for integer upstreams. */
async function products([rows, columns, inner]: Product, options: Transposes, data = small) {
  const { transposeA = false, transposeB = false } = options;
  const [a, b, bias] = [data(noise(rows * inner, 1)), data(noise(inner * columns, 2)), data(noise(columns, 3))];
  const left = transposeA ? narrow(transposed(a, rows, inner), [inner, rows]) : narrow(a, [rows, inner]);
  const right = transposeB ? wide(transposed(b, inner, columns), [columns, inner]) : wide(b, [inner, columns]);
  const dy = data(noise(rows * columns, 4));
  const { value, gradients } = pullback(
    'test',
    () => matmul(left, right, { bias: wide(bias, [columns]), transposeA, transposeB }),
    [left, right],
    () => narrow(dy, [rows, columns]),
  );
  expect([value, ...gradients].map((t) => t.dtype)).toEqual(['bfloat16', 'bfloat16', 'float32']);
  const [da, db] = (await Promise.all(gradients.map(values))) as [number[], number[]];
  return {
    c: await values(value),
    da: transposeA ? Array.from(transposed(da, inner, rows)) : da,
    db: transposeB ? Array.from(transposed(db, columns, inner)) : db,
    expected: (map: (v: number) => number) => ({
      c: multiplyMatrices(a.map(map), b.map(map), rows, columns, inner).map(
        (v, at) => v + map(bias[at % columns] as number),
      ),
      da: multiplyMatrices(dy.map(map), transposed(b.map(map), inner, columns), rows, inner, columns),
      db: multiplyMatrices(transposed(a.map(map), rows, inner), dy.map(map), inner, columns, rows),
    }),
  };
}

async function expectExact(product: Product, options: Transposes = {}): Promise<void> {
  const { c, da, db, expected } = await products(product, options);
  const exact = expected((v) => v);
  expect(c).toEqual(Array.from(exact.c, (v) => rounded(v) + 0));
  expect(da).toEqual(Array.from(exact.da, (v) => rounded(v) + 0));
  expect(db).toEqual(Array.from(exact.db, (v) => v + 0));
}

const layouts: Transposes[] = [{}, { transposeB: true }, { transposeA: true }, { transposeA: true, transposeB: true }];

describe('matmul of bfloat16', () => {
  it('is exact on integers around tiles, few rows, and odd inner extents', async () => {
    for (const rows of [1, 7, 32, 33, 50])
      for (const columns of [1, 16, 33, 65])
        for (const inner of [1, 2, 17, 33])
          for (const options of layouts) await expectExact([rows, columns, inner], options);
  });

  it('is exact on integers where the inner extent is cut, and rounds once', async () => {
    for (const options of layouts) {
      await expectExact([35, 19, 1025], options);
      await expectExact([65, 20, 2050], options);
      await expectExact([5, 20, 2049], options);
    }
  });

  it('rounds factors and the finished sum, and nothing between', async () => {
    for (const product of [
      [40, 33, 2101],
      [8, 150, 257],
      [65, 48, 64],
    ] as const)
      for (const options of layouts) {
        const { c, da, db, expected } = await products(product, options, (v) => v.map(rounded));
        const [exact, magnitudes] = [expected((v) => v), expected(Math.abs)];
        const [rows, columns, inner] = product;
        expect(excess(c, exact.c, magnitudes.c, inner + 1)).toBeLessThanOrEqual(0);
        expect(excess(da, exact.da, magnitudes.da, columns)).toBeLessThanOrEqual(0);
        expect(excess(db, exact.db, magnitudes.db, rows)).toBeLessThanOrEqual(0);
      }
  });

  it('leaves alone what lies behind an odd inner extent', async () => {
    const [rows, columns, inner] = [40, 20, 33];
    const a = noise(rows * inner, 5);
    a.fill(Number.NaN, 3 * inner, 4 * inner);
    const b = wide(noise(inner * columns, 6), [inner, columns]);
    for (const few of [false, true]) {
      const count = few ? 8 : rows;
      const c = await values(matmul(narrow(a.slice(0, count * inner), [count, inner]), b));
      expect(c.map(Number.isNaN)).toEqual(c.map((_, at) => Math.floor(at / columns) === 3));
    }
  });

  it('gives the same bits for every number of threads', async () => {
    const all: Product[] = [
      [70, 40, 1100],
      [20, 300, 100],
    ];
    const run = async () => {
      const results = await Promise.all(all.flatMap((p) => layouts.map((o) => products(p, o, (v) => v))));
      return results.map(({ c, da, db }) => [c, da, db]);
    };
    const [one, ...more] = await withThreads(run);
    for (const other of more) expect(other).toEqual(one);
  });

  it('applies bias and ReLU before it rounds', async () => {
    for (const rows of [3, 40]) {
      const [a, b, bias] = [
        narrow(noise(rows * 50), [rows, 50]),
        wide(noise(50 * 30, 2), [50, 30]),
        wide(noise(30, 3), [30]),
      ];
      const sums = await values(matmul(a, b, { bias }));
      expect(await values(matmul(a, b, { bias, activation: 'relu' }))).toEqual(sums.map((v) => Math.max(v, 0)));
    }
  });

  it('gives the bias where nothing is summed', async () => {
    for (const rows of [2, 40])
      expect(await values(matmul(narrow([], [rows, 0]), wide([], [0, 2]), { bias: wide([1, -2], [2]) }))).toEqual(
        Array(rows).fill([1, -2]).flat(),
      );
  });
});
