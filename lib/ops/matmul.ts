/**
 * Matrix product:  c(m,n) = σ(bias(n) + Σ_k op(a)(m,k) · op(b)(k,n)),  op(a) = a or its transpose
 *
 *   op(a) [rows, inner]    op(b) [inner, columns]    bias [columns]    c [rows, columns]
 *
 * Gradients, with dz the gradient by the sums: d op(a) = dz · op(b)ᵀ, d op(b) = op(a)ᵀ · dz, dBias = Σ_m dz;
 * where an operand was transposed its gradient is transposed, which swaps the factors.
 */
import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkBoolean, checkOptions } from '../tensor/arguments.js';
import { checkFloat, checkRank, checkSameDType } from '../tensor/checks.js';
import { converted } from '../tensor/convert.js';
import { type DType, wideDType } from '../tensor/dtype.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import {
  activationCode,
  checkBias,
  checkFusedActivation,
  epilogueGradient,
  type FusedActivation,
  once,
} from './epilogue.js';
import { sum } from './sum.js';

declare module '../native.js' {
  interface Native {
    // biome-ignore format: a line per meaning
    matmul(
      a: Handle, b: Handle, bias: Handle, c: Handle,
      rows: number, columns: number, inner: number,
      transposeA: boolean, transposeB: boolean, activation: number,
    ): void;
  }
}

/** Options of {@link matmul}. */
export interface MatmulOptions {
  /** One number per column of the result. */
  readonly bias?: Tensor;
  /** Use a's transpose, default false. */
  readonly transposeA?: boolean;
  /** Use b's transpose, default false. */
  readonly transposeB?: boolean;
  /** Applied as the result is written: `'none'` (default) or `'relu'`. */
  readonly activation?: FusedActivation;
}

interface Attributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly activation: FusedActivation;
}

/** The product itself, not recorded, in any dtype that a and b have. @internal */
export function product(
  a: Tensor,
  b: Tensor,
  transposeA: boolean,
  transposeB: boolean,
  bias?: Tensor,
  activation: FusedActivation = 'none',
  dtype: DType = a.dtype,
): Tensor {
  const [rows, inner] = extents(a, transposeA);
  const [, columns] = extents(b, transposeB);
  const c = empty([rows, columns], dtype);
  native.matmul(
    a.handle,
    b.handle,
    bias?.handle ?? 0,
    c.handle,
    rows,
    columns,
    inner,
    transposeA,
    transposeB,
    activationCode(activation),
  );
  return c;
}

function extents({ shape: [first = 0, second = 0] }: Tensor, transposed: boolean): [number, number] {
  return transposed ? [second, first] : [first, second];
}

const matmulOp = defineOp({
  name: 'matmul',
  bfloat16: { inputs: [0], product: true },
  forward([a, b, bias]: [Tensor, Tensor, Tensor | undefined], { transposeA, transposeB, activation }: Attributes) {
    const output = product(a, b, transposeA, transposeB, bias, activation);
    return { output, saved: { a, b, y: activation === 'none' ? undefined : output } };
  },
  backward(dy, { a, b, y }, { transposeA, transposeB, activation }, pass) {
    const dz = once(() => epilogueGradient(activation, y, dy, pass));
    const by = (
      input: Tensor,
      ...[left, right, transposeLeft, transposeRight]: [left: Tensor, right: Tensor, boolean, boolean]
    ) => product(left, right, transposeLeft, transposeRight, undefined, 'none', input.dtype);
    return [
      () => (transposeA ? by(a, b, dz(), transposeB, true) : by(a, dz(), b, false, !transposeB)),
      () => (transposeB ? by(b, dz(), a, true, transposeA) : by(b, a, dz(), !transposeA, false)),
      () => sum(converted(dz(), wideDType(dy.dtype)), { axes: [0] }),
    ];
  },
});

const known = ['bias', 'transposeA', 'transposeB', 'activation'];

/**
 * Product of two matrices, plus bias and activation.
 *
 * @param a [rows, inner], or [inner, rows] with `transposeA`; float32, float64 or bfloat16
 * @param b [inner, columns], or [columns, inner] with `transposeB`; of the same dtype; float32 where a is bfloat16
 * @returns [rows, columns], of the dtype of a
 * @throws ShapeError if the inner extents differ; DTypeError for other or mixed dtypes; ArgumentError for an unknown option
 * @example
 * const hidden = ops.matmul(x, weights, { bias, activation: 'relu' });
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  checkOptions('matmul', options, known);
  const { bias, transposeA = false, transposeB = false, activation = 'none' } = options;
  checkFloat('matmul', 'a', a);
  checkRank('matmul', 'a', a, 2, '[rows, inner]');
  checkFloat('matmul', 'b', b);
  checkRank('matmul', 'b', b, 2, '[inner, columns]');
  checkSameDType('matmul', 'b', b, 'a', a);
  checkBoolean('matmul', 'transposeA', transposeA);
  checkBoolean('matmul', 'transposeB', transposeB);
  checkFusedActivation('matmul', activation);
  const [, inner] = extents(a, transposeA);
  const [expected, columns] = extents(b, transposeB);
  if (inner !== expected) {
    const of = (name: string, t: Tensor, transposed: boolean) =>
      `${name} ${formatShape(t.shape)}${transposed ? ' (transposed)' : ''}`;
    throw new ShapeError(
      `matmul: ${of('a', a, transposeA)} has inner extent ${inner}, ${of('b', b, transposeB)} expects ${expected}`,
    );
  }
  if (bias !== undefined) checkBias('matmul', bias, a, columns);
  return matmulOp([a, b, bias], { transposeA, transposeB, activation });
}
