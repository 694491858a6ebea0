// Filters that decorrelate patches (Jordan 2024, airbench, arXiv 2404.00498). With C = Σ patch · patchᵀ / patches, λᵢ and vᵢ its
// eigenvalues, the largest first, and their eigenvectors:
//
//   filter i = vᵢ / √(λᵢ + ε),   filter n + i = −filter i          for n = height · width · inputs of the filter
//
// What comes out of the first n filters has the covariance 1 where ε is small. Patches are not centred: normalise the images.
import { checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { allocateTypedArray } from '../tensor/dtype.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { elementCount, formatShape, type Shape } from '../tensor/shape.js';
import type { Initializer } from './initializer.js';
import { symmetricEigen } from './symmetric_eigen.js';

/** Images as `whitening` takes them. */
export interface WhiteningImages {
  /** Elements in row-major order, normalised as the network sees them. */
  readonly data: ArrayLike<number>;
  /** [images, height, width, channels] */
  readonly shape: Shape;
}

/** Options of `whitening`. */
export interface WhiteningOptions {
  /** Keeps directions of hardly any variance from being blown up; default 5e-4, as in airbench. */
  readonly epsilon?: number;
}

/**
 * The first layer's filters from a batch of images: usually frozen. 2 × 2 filters on 3 channels make 24.
 *
 * @param images a few thousand suffice
 * @throws ArgumentError or ShapeError for images or options that do not fit; when building, ShapeError for a filter that does not
 *   fit the images, or has more than 2 · height · width · inputs filters
 * @example
 * conv2d({ filters: 24, kernelSize: 2, filterInitializer: whitening({ data, shape: [5000, 32, 32, 3] }) });
 */
export function whitening(images: WhiteningImages, options: WhiteningOptions = {}): Initializer {
  checkOptions('whitening', options, ['epsilon']);
  const { epsilon = 5e-4 } = options;
  checkNumber('whitening', 'epsilon', epsilon, 0);
  checkImages(images);
  return (parameter) => {
    const [height, width, channels, filters, ...rest] = parameter.shape;
    const [, imageHeight = 0, imageWidth = 0, imageChannels] = images.shape;
    if (
      height === undefined ||
      width === undefined ||
      channels === undefined ||
      filters === undefined ||
      rest.length > 0
    )
      throw new ShapeError(
        `whitening: expected a filter [height, width, inputs, filters], got ${formatShape(parameter.shape)}`,
      );
    if (channels !== imageChannels || height > imageHeight || width > imageWidth)
      throw new ShapeError(
        `whitening: filter ${formatShape(parameter.shape)} does not fit images ${formatShape(images.shape)}`,
      );
    const n = height * width * channels;
    if (filters > 2 * n)
      throw new ShapeError(`whitening: filter ${formatShape(parameter.shape)} can have at most ${2 * n} filters`);
    const pairs = symmetricEigen(covariance(images, height, width));
    const values = allocateTypedArray(parameter.dtype, n * filters);
    for (let filter = 0; filter < filters; filter++) {
      const { value, vector } = pairs[filter % n] as (typeof pairs)[number];
      const scale = (filter < n ? 1 : -1) / Math.sqrt(Math.max(value, 0) + epsilon);
      for (let k = 0; k < n; k++) values[k * filters + filter] = (vector[k] as number) * scale;
    }
    parameter.assign(values);
  };
}

function checkImages(images: WhiteningImages): void {
  if (typeof images?.data?.length !== 'number' || !Array.isArray(images.shape))
    throw new ArgumentError(`whitening: images must have data and shape, but received ${show(images)}`);
  const { data, shape } = images;
  if (shape.length !== 4 || elementCount(shape) !== data.length || data.length === 0)
    throw new ShapeError(
      `whitening: images must have shape [images, height, width, channels] and as many elements, but have ${formatShape(shape)} and ${data.length}`,
    );
}

/** Mean of patch · patchᵀ over all patches of all images. */
function covariance({ data, shape }: WhiteningImages, height: number, width: number): number[][] {
  const [count, rows, columns, channels] = shape as readonly [number, number, number, number];
  const n = height * width * channels;
  const sums = Array.from({ length: n }, () => new Float64Array(n));
  const patch = new Float64Array(n);
  for (let image = 0; image < count; image++)
    for (let i = 0; i + height <= rows; i++)
      for (let j = 0; j + width <= columns; j++) {
        for (let k = 0; k < n; k++) {
          const row = i + Math.floor(k / (width * channels));
          patch[k] = data[((image * rows + row) * columns + j) * channels + (k % (width * channels))] as number;
        }
        for (const [a, sum] of sums.entries())
          for (let b = 0; b <= a; b++) sum[b] = (sum[b] as number) + (patch[a] as number) * (patch[b] as number);
      }
  const patches = count * (rows - height + 1) * (columns - width + 1);
  return sums.map((_, a) =>
    Array.from({ length: n }, (__, b) => ((sums[Math.max(a, b)] as Float64Array)[Math.min(a, b)] as number) / patches),
  );
}
