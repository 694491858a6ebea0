// The tests of softmax and its logarithm: functions of whole rows along an axis, the last by default.
import { expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { type Tensor, tensor, zeros } from '../../lib/tensor/tensor.js';
import { expectClose } from './elementwise.js';
import { lengths, noise, values } from './tensors.js';

type RowFunction = (x: Tensor, options?: { axis?: number }) => Tensor;
type Row = readonly number[];

/** Declares the tests of the row function `name`: values along any axis, gradients, extremes, errors. */
export function checkGradientAndRows(
  name: string,
  op: RowFunction,
  reference: (row: Row) => number[],
  { x: extreme, y: atExtreme }: { readonly x: Row; readonly y: Row },
): void {
  it.each(['float32', 'float64'] as const)('is the function of every row in %s', async (dtype) => {
    for (const length of lengths) {
      const x = tensor(
        [...noise(5 * length)].map((v) => 4 * v),
        [5, length],
        dtype,
      );
      const data = await values(x);
      const expected = [0, 1, 2, 3, 4].flatMap((row) => reference(data.slice(row * length, (row + 1) * length)));
      expectClose(await values(op(x)), expected, dtype === 'float32' ? 4e-6 : 1e-14);
    }
  });

  it('works along another axis', async () => {
    const x = [...noise(24)];
    const y = await values(op(tensor(x, [2, 3, 4], 'float64'), { axis: 1 }));
    for (const [sample, column] of [
      [0, 0],
      [0, 3],
      [1, 2],
    ] as const) {
      const places = [0, 1, 2].map((row) => (sample * 3 + row) * 4 + column);
      expectClose(
        places.map((at) => y[at] as number),
        reference(places.map((at) => x[at] as number)),
        1e-14,
      );
    }
  });

  it('has the gradient that differences give', async () => {
    for (const length of lengths) await checkGradient((x) => op(x), [tensor(noise(3 * length), [3, length])]);
    await checkGradient((x) => op(x, { axis: -2 }), [tensor(noise(24), [2, 3, 4])]);
  });

  it('neither overflows nor hides NaN', async () => {
    expect(await values(op(tensor([...extreme])))).toEqual(atExtreme);
    for (const at of [0, 7, 19]) {
      const x = noise(20);
      x[at] = Number.NaN;
      expect((await values(op(tensor(x)))).every(Number.isNaN)).toBe(true);
    }
  });

  it('keeps empty shapes, and names what does not fit', () => {
    expect(op(zeros([0, 3])).shape).toEqual([0, 3]);
    expect(op(zeros([3, 0])).shape).toEqual([3, 0]);
    expect(() => op(tensor(1))).toThrow(`${name}: axis -1 is not one of shape [], which has 0 axes`);
    expect(() => op(zeros([3], 'uint8'))).toThrow(`${name}: x must be float32, float64 or bfloat16, but is uint8`);
  });
}
