// Tests that every elementwise op shares: against a plain function of numbers, on awkward lengths and shapes.
import { expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { broadcastReference } from './broadcast.js';
import { lengths, noise, values } from './tensors.js';

const floats = ['float32', 'float64'] as const;

/** Largest error accepted, relative to the value or to 1/2, whichever is larger. */
const tolerances = { float32: 1e-6, float64: 1e-14 } as const;

/** Expects numbers to agree up to rounding; NaN agrees with NaN. */
export function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, wanted] of expected.entries()) {
    const got = actual[index] as number;
    if (Object.is(got, wanted) || Math.abs(got - wanted) <= tolerance * Math.max(Math.abs(wanted), 0.5)) continue;
    expect.fail(`element ${index}: expected ${wanted}, got ${got}`);
  }
}

/** `length` numbers spread over [low, high). */
const spread = (length: number, low: number, high: number, seed?: number): Float64Array =>
  noise(length, seed).map((v) => low + ((v + 1) / 2) * (high - low));

/** Compares a unary op with `reference` on [low, high), and its gradient with differences. */
export function checkGradientAndValues(
  name: string,
  op: (x: Tensor) => Tensor,
  reference: (x: number) => number,
  low = -4,
  high = 4,
): void {
  it.each(floats)('is the function in %s, for every length around the vector width', async (dtype) => {
    for (const length of [...lengths, 40_000]) {
      const x = tensor([...spread(length, low, high)], [length], dtype);
      expectClose(await values(op(x)), (await values(x)).map(reference), tolerances[dtype]);
    }
  });

  it('has the gradient that differences give', async () => {
    for (const length of lengths) await checkGradient(op, [tensor(spread(length, low, high))]);
  });

  it('keeps the shape, also an empty one', async () => {
    expect(op(tensor(spread(6, low, high), [2, 3])).shape).toEqual([2, 3]);
    expect(await values(op(tensor([], [0, 3])))).toEqual([]);
  });

  it('rejects labels', () => {
    expect(() => op(tensor(new Int32Array(3)))).toThrow(
      `${name}: x must be float32, float64 or bfloat16, but is int32`,
    );
  });
}

/** Shapes whose broadcasts take each way through the native side. */
const shapePairs: readonly [readonly number[], readonly number[]][] = [
  ...lengths.map((n) => [[n], [n]] as [number[], number[]]),
  [[7, 17], []],
  [[3, 5, 33], [33]],
  [
    [5, 1],
    [1, 7],
  ],
  [
    [2, 9, 5],
    [2, 1, 5],
  ],
];

type BinaryOp = (a: Tensor | number, b: Tensor | number) => Tensor;

/** Compares a binary op with `reference` on operands in [low, high), and its gradients with differences. */
export function checkGradientAndBroadcast(
  name: string,
  op: BinaryOp,
  reference: (a: number, b: number) => number,
  low = -2,
  high = 2,
): void {
  it.each(floats)('is the function in %s', async (dtype) => {
    for (const [left, right] of shapePairs) {
      const make = (shape: readonly number[], seed: number): Tensor =>
        tensor(
          [
            ...spread(
              shape.reduce((n, extent) => n * extent, 1),
              low,
              high,
              seed,
            ),
          ],
          shape,
          dtype,
        );
      const [a, b] = [make(left, 1), make(right, 2)];
      const y = op(a, b);
      const expected = broadcastReference(
        { shape: left, data: await values(a) },
        { shape: right, data: await values(b) },
        reference,
      );
      expect(y.shape).toEqual(expected.shape);
      expectClose(await values(y), expected.data, tolerances[dtype]);
    }
  });

  it('has the gradients that differences give', async () => {
    for (const [left, right] of shapePairs) {
      const make = (shape: readonly number[], seed: number): Tensor =>
        tensor(
          spread(
            shape.reduce((n, extent) => n * extent, 1),
            low,
            high,
            seed,
          ),
          shape,
        );
      await checkGradient(op, [make(left, 1), make(right, 2)]);
    }
  });

  it('takes a number for either operand', async () => {
    expectClose(await values(op(tensor([1, 1.5]), 1.25)), [reference(1, 1.25), reference(1.5, 1.25)], 1e-6);
    expectClose(await values(op(1.25, tensor([1, 1.5]))), [reference(1.25, 1), reference(1.25, 1.5)], 1e-6);
    expect(op(1, tensor([1], [1], 'float64')).dtype).toBe('float64');
  });

  it('names what does not fit', () => {
    const [a, b] = [tensor([1, 2, 3, 4, 5, 6], [2, 3]), tensor([1, 2, 3, 4])];
    expect(() => op(a, b)).toThrow(`${name}: shapes [2, 3] and [4] do not broadcast: 3 meets 4`);
    expect(() => op(a, tensor(new Float64Array(3)))).toThrow(`${name}: a is float32, but b is float64`);
    expect(() => op(a, tensor(new Int32Array(3)))).toThrow(
      `${name}: b must be float32, float64 or bfloat16, but is int32`,
    );
    expect(() => op(1, 2)).toThrow(`${name}: a or b must be a tensor, but both are numbers`);
  });
}
