// An image as the spectrum of its decorrelated colours (Olah, Mordvintsev, Schubert 2017, https://distill.pub/2017/feature-visualization):
//
//   I(y,x,·) = C · Σ_{k,l} B_h(y,k) B_w(x,l) · V(k,l,·) / f(k,l)          f = max(√(f_k² + f_l²), 1 / max(height, width))
//
// B_n is the real Fourier basis of n points, orthonormal: columns 1/√n, √(2/n) cos 2πjy/n, √(2/n) sin 2πjy/n of frequency j/n.
// Natural images have about the spectrum 1/f and the colours C, so that steps of equal size in V are steps of the sizes in which
// they vary; ascending in pixels instead follows the high frequencies of the gradient.
import { imageNetValues, imageNetVectors } from '../data/augment/pca_lighting.js';
import { matmul } from '../ops/matmul.js';
import { multiply } from '../ops/multiply.js';
import { reshape } from '../ops/reshape.js';
import { transpose } from '../ops/transpose.js';
import { type Tensor, tensor } from '../tensor/tensor.js';

/** The columns of the basis of n points, row-major [n, n], and their frequencies in cycles per point. */
export function realFourierBasis(n: number): { readonly basis: Float64Array; readonly frequencies: readonly number[] } {
  const basis = new Float64Array(n * n);
  const frequencies = Array.from({ length: n }, (_, column) => Math.ceil(column / 2) / n);
  for (let y = 0; y < n; y++)
    for (let column = 0; column < n; column++) {
      const turn = 2 * Math.PI * y * (frequencies[column] as number);
      const single = column === 0 || 2 * (frequencies[column] as number) === 1; // the mean, and the alternation of an even n
      const wave = column % 2 === 1 || single ? Math.cos(turn) : Math.sin(turn);
      basis[y * n + column] = wave * Math.sqrt((single ? 1 : 2) / n);
    }
  return { basis, frequencies };
}

/** Makes images [1, height, width, channels] of coefficients of that shape; differentiable. Colours are decorrelated where there are 3. */
export function fourierImage(
  [height, width, channels]: readonly [number, number, number],
  dtype: 'float32' | 'float64',
): (coefficients: Tensor) => Tensor {
  const [down, across] = [realFourierBasis(height), realFourierBasis(width)];
  const lowest = 1 / Math.max(height, width);
  const scales = down.frequencies.flatMap((k) => across.frequencies.map((l) => 1 / Math.max(Math.hypot(k, l), lowest)));
  const scale = tensor(Float64Array.from(scales), [1, height, width, 1], dtype);
  const rows = tensor(down.basis, [height, height], dtype);
  const columns = tensor(across.basis, [width, width], dtype);
  const colors = channels === 3 ? tensor(colorMatrix(), [3, 3], dtype) : undefined;
  return (coefficients) => {
    const spectrum = reshape(multiply(coefficients, scale), [height, width * channels]);
    const vertical = transpose(reshape(matmul(rows, spectrum), [height, width, channels]), [1, 0, 2]);
    const both = matmul(columns, reshape(vertical, [width, height * channels]));
    const image = transpose(reshape(both, [width, height, channels]), [1, 0, 2]);
    const colored = colors ? matmul(reshape(image, [height * width, channels]), colors) : image;
    return reshape(colored, [1, height, width, channels]);
  };
}

/** Row k: the k-th principal component of colour, as long as its standard deviation, the first of length 1. */
function colorMatrix(): Float64Array {
  const [first = 1] = imageNetValues;
  return Float64Array.from(
    imageNetVectors.flatMap((p, k) => p.map((v) => v * Math.sqrt((imageNetValues[k] ?? 0) / first))),
  );
}
