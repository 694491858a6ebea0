/**
 * Locally connected layer in 2-D: a convolution whose weights are not shared, each position has a filter of its own.
 *
 *   y(n,i,j,q) = b(i,j,q) + Σ_{m,l,p} x(n, i·sₕ + m·dₕ − top, j·s_w + l·d_w − left, p) · filter(i,j,m,l,p,q)
 *
 *   x      [batch, height, width, channels]      filter [outHeight, outWidth, kernelHeight, kernelWidth, channels, filters]
 *   bias   [outHeight, outWidth, filters]        y      [batch, outHeight, outWidth, filters]
 *
 * Gradients: as a convolution's, but dFilter and dBias are sums over the batch alone, not over positions.
 */
import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkOptions, type Pair } from '../tensor/arguments.js';
import { checkFloat, checkSameDType, checkSameShape } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { type Padding, window2d } from '../tensor/padding.js';
import { formatShape } from '../tensor/shape.js';
import { empty, type Tensor } from '../tensor/tensor.js';
import { add } from './add.js';
import { checkOperands, type Geometry, geometryOf, imageAxes } from './conv_geometry.js';

type Ungrouped = Geometry extends readonly [...infer Numbers extends readonly number[], number] ? Numbers : never;

declare module '../native.js' {
  interface Native {
    locallyConnected2d(x: Handle, filter: Handle, y: Handle, ...geometry: Ungrouped): void;
    locallyConnected2dInputGradient(dy: Handle, filter: Handle, dx: Handle, ...geometry: Ungrouped): void;
    locallyConnected2dFilterGradient(x: Handle, dy: Handle, dFilter: Handle, ...geometry: Ungrouped): void;
  }
}

/** Options of {@link locallyConnected2d}. */
export interface LocallyConnected2dOptions {
  /** One number per position and filter, [outHeight, outWidth, filters]. */
  readonly bias?: Tensor;
  /** Step between windows, default 1. */
  readonly strides?: Pair;
  /** Zeros around the image, default `'valid'`. */
  readonly padding?: Padding;
  /** Distance between the taps of the kernel, default 1. */
  readonly dilations?: Pair;
}

const locallyConnected2dOp = defineOp({
  name: 'locallyConnected2d',
  forward([x, filter]: [Tensor, Tensor], geometry: Ungrouped) {
    const [outHeight, outWidth, , , , filters] = filter.shape as [number, number, number, number, number, number];
    const output = empty([x.shape[0] as number, outHeight, outWidth, filters], x.dtype);
    native.locallyConnected2d(x.handle, filter.handle, output.handle, ...geometry);
    return { output, saved: { x, filter } };
  },
  backward: (dy, { x, filter }, geometry) => [
    () => {
      const dx = empty(x.shape, x.dtype);
      native.locallyConnected2dInputGradient(dy.handle, filter.handle, dx.handle, ...geometry);
      return dx;
    },
    () => {
      const dFilter = empty(filter.shape, filter.dtype);
      native.locallyConnected2dFilterGradient(x.handle, dy.handle, dFilter.handle, ...geometry);
      return dFilter;
    },
  ],
});

const known = ['bias', 'strides', 'padding', 'dilations'];

/**
 * Convolves images with a filter of its own at each position: local connectivity without weight sharing.
 *
 * @param x [batch, height, width, channels], float32 or float64
 * @param filter [outHeight, outWidth, kernelHeight, kernelWidth, channels, filters], of the same dtype
 * @returns [batch, outHeight, outWidth, filters]
 * @throws ShapeError if the filter does not fit the positions and channels, or the kernel exceeds the padded image;
 *   DTypeError for other or mixed dtypes; ArgumentError for an invalid or unknown option
 * @example
 * const y = ops.locallyConnected2d(images, filter, { bias, padding: 'same' });
 */
export function locallyConnected2d(x: Tensor, filter: Tensor, options: LocallyConnected2dOptions = {}): Tensor {
  const subject = 'locallyConnected2d';
  checkOptions(subject, options, known);
  const axes = '[outHeight, outWidth, kernelHeight, kernelWidth, channels, filters]';
  checkOperands(subject, x, imageAxes, filter, axes);
  const { bias, strides = 1, padding = 'valid', dilations = 1 } = options;
  const [batch, inputHeight, inputWidth, channels] = x.shape as [number, number, number, number];
  const [, , kernelHeight, kernelWidth, depth, filters] = filter.shape as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (channels !== depth)
    throw new ShapeError(
      `${subject}: input has ${channels} channels, filter ${formatShape(filter.shape)} expects ${depth}`,
    );
  const { height, width } = window2d(subject, inputHeight, inputWidth, {
    kernelSize: [kernelHeight, kernelWidth],
    strides,
    padding,
    dilations,
  });
  if (filter.shape[0] !== height.out || filter.shape[1] !== width.out)
    throw new ShapeError(
      `${subject}: there are ${height.out} × ${width.out} positions, filter ${formatShape(filter.shape)} expects ` +
        `${filter.shape[0]} × ${filter.shape[1]}`,
    );
  if (bias !== undefined) {
    checkFloat(subject, 'bias', bias);
    checkSameShape(subject, 'bias', bias, [height.out, width.out, filters]);
    checkSameDType(subject, 'bias', bias, 'x', x);
  }
  const geometry = geometryOf(batch, channels, filters, 1, { height, width }).slice(0, -1) as unknown as Ungrouped;
  const y = locallyConnected2dOp([x, filter], geometry);
  return bias === undefined ? y : add(y, bias);
}
