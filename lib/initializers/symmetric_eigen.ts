// Eigenvalues and eigenvectors of a small symmetric matrix by Jacobi's rotations: each makes one element off the diagonal zero,
// and sweeps over all of them converge quadratically (Golub & Van Loan, Matrix Computations, 8.5).

/** An eigenvalue and its eigenvector, of length 1. */
export interface Eigenpair {
  readonly value: number;
  readonly vector: readonly number[];
}

/** The eigenpairs of a symmetric matrix, given as rows; the largest value first. */
export function symmetricEigen(matrix: readonly (readonly number[])[]): Eigenpair[] {
  const a = matrix.map((row) => Float64Array.from(row));
  const v = matrix.map((_, i) => Float64Array.from(matrix, (_row, j) => Number(i === j)));
  const at = (rows: Float64Array[], i: number, j: number) => (rows[i] as Float64Array)[j] as number;
  const n = a.length;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let whole = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        whole += at(a, i, j) ** 2;
        if (i !== j) off += at(a, i, j) ** 2;
      }
    if (off <= 1e-30 * whole) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, p, q);
  }
  return a
    .map((_, k): Eigenpair => ({ value: at(a, k, k), vector: v.map((row) => row[k] as number) }))
    .sort((x, y) => y.value - x.value);
}

/** a ← Jᵀ a J and v ← v J, with the rotation J of axes p and q that makes a(p, q) zero. */
function rotate(a: Float64Array[], v: Float64Array[], p: number, q: number): void {
  const [rowP, rowQ] = [a[p] as Float64Array, a[q] as Float64Array];
  const apq = rowP[q] as number;
  if (apq === 0) return;
  const theta = ((rowQ[q] as number) - (rowP[p] as number)) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const turn = (row: Float64Array) => {
    const [x, y] = [row[p] as number, row[q] as number];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  };
  for (const row of a) turn(row);
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [rowP[k] as number, rowQ[k] as number];
    rowP[k] = c * x - s * y;
    rowQ[k] = s * x + c * y;
  }
  for (const row of v) turn(row);
}
