// The plainest possible implementations, in float64: what the kernels are compared with.

/** A dense array in row-major order. */
export interface Dense {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export interface ConvolutionReference {
  readonly strides?: readonly [number, number];
  readonly dilations?: readonly [number, number];
  /** Zeros before the first row and column. */
  readonly before?: readonly [number, number];
  readonly groups?: number;
  readonly out: readonly [number, number];
}

type Visit = (x: number, filter: number, y: number) => void;

/** Calls visit(offset in x, in filter, in y) for every product of a convolution. */
function eachProduct(
  xShape: readonly number[],
  filterShape: readonly number[],
  options: ConvolutionReference,
  visit: Visit,
): void {
  const [batch = 0, height = 0, width = 0, channels = 0] = xShape;
  const [kh = 0, kw = 0, depth = 0, filters = 0] = filterShape;
  const { strides = [1, 1], dilations = [1, 1], before = [0, 0], groups = 1, out } = options;
  for (let n = 0; n < batch; n++)
    for (let i = 0; i < out[0]; i++)
      for (let j = 0; j < out[1]; j++)
        for (let m = 0; m < kh; m++)
          for (let l = 0; l < kw; l++) {
            const row = i * strides[0] + m * dilations[0] - before[0];
            const column = j * strides[1] + l * dilations[1] - before[1];
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            for (let p = 0; p < depth; p++)
              for (let q = 0; q < filters; q++) {
                const channel = Math.floor(q / (filters / groups)) * depth + p;
                visit(
                  ((n * height + row) * width + column) * channels + channel,
                  ((m * kw + l) * depth + p) * filters + q,
                  ((n * out[0] + i) * out[1] + j) * filters + q,
                );
              }
          }
}

/** Σ x · filter, [batch, outHeight, outWidth, filters]. */
export function convolve(x: Dense, filter: Dense, options: ConvolutionReference): Float64Array {
  const y = new Float64Array((x.shape[0] as number) * options.out[0] * options.out[1] * (filter.shape[3] as number));
  eachProduct(x.shape, filter.shape, options, (a, b, c) => {
    y[c] = (y[c] as number) + (x.data[a] as number) * (filter.data[b] as number);
  });
  return y;
}

/** The gradient by x of ⟨dy, convolve(x, filter)⟩. */
export function convolveInputGradient(
  xShape: readonly number[],
  filter: Dense,
  dy: ArrayLike<number>,
  options: ConvolutionReference,
): Float64Array {
  const dx = new Float64Array(xShape.reduce((a, b) => a * b, 1));
  eachProduct(xShape, filter.shape, options, (a, b, c) => {
    dx[a] = (dx[a] as number) + (dy[c] as number) * (filter.data[b] as number);
  });
  return dx;
}

/** The gradient by the filter of ⟨dy, convolve(x, filter)⟩. */
export function convolveFilterGradient(
  x: Dense,
  filterShape: readonly number[],
  dy: ArrayLike<number>,
  options: ConvolutionReference,
): Float64Array {
  const dFilter = new Float64Array(filterShape.reduce((a, b) => a * b, 1));
  eachProduct(x.shape, filterShape, options, (a, b, c) => {
    dFilter[b] = (dFilter[b] as number) + (dy[c] as number) * (x.data[a] as number);
  });
  return dFilter;
}

/** a [rows, inner] · b [inner, columns]. */
export function multiplyMatrices(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  rows: number,
  columns: number,
  inner: number,
): Float64Array {
  const c = new Float64Array(rows * columns);
  for (let m = 0; m < rows; m++)
    for (let n = 0; n < columns; n++)
      for (let k = 0; k < inner; k++)
        c[m * columns + n] =
          (c[m * columns + n] as number) + (a[m * inner + k] as number) * (b[k * columns + n] as number);
  return c;
}

/** The transpose of a [rows, columns] matrix. */
export function transposed(a: ArrayLike<number>, rows: number, columns: number): Float64Array {
  return Float64Array.from(
    { length: rows * columns },
    (_, at) => a[(at % rows) * columns + Math.floor(at / rows)] as number,
  );
}

/** ‖actual − expected‖ / ‖expected‖. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += ((actual[i] as number) - (expected[i] as number)) ** 2;
    norm += (expected[i] as number) ** 2;
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(norm), 1e-300);
}
