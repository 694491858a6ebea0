// An image seen from another place: moved, enlarged and turned about its middle, bilinearly; beyond its border the border goes on.
//
//   y(p) = x(c + R(−angle) (p − c) / factor − shift)        c: the middle, R: a rotation
//
// Four gathers with weights, so that it is differentiable by x.
import { add } from '../ops/add.js';
import { gather } from '../ops/gather.js';
import { multiply } from '../ops/multiply.js';
import { reshape } from '../ops/reshape.js';
import type { Random } from '../tensor/random.js';
import { type Tensor, tensor } from '../tensor/tensor.js';

/** How an image is seen. */
export interface View {
  /** Down and to the right, in pixels. */
  readonly shift: readonly [rows: number, columns: number];
  /** How much larger. */
  readonly factor: number;
  /** Radians, counter-clockwise. */
  readonly angle: number;
}

/** How much views may differ. */
export interface ViewLimits {
  /** Pixels up or down, and to either side. */
  readonly jitter: number;
  /** Share by which the size differs. */
  readonly scale: number;
  /** Degrees to either side. */
  readonly rotate: number;
}

/** A view drawn uniformly. It moves by whole pixels. */
export function randomView(random: Random, { jitter, scale, rotate }: ViewLimits): View {
  const within = (limit: number): number => limit * (2 * random.uniform() - 1);
  const whole = (): number => random.integer(2 * jitter + 1) - jitter;
  return { shift: [whole(), whole()], factor: 1 + within(scale), angle: (within(rotate) * Math.PI) / 180 };
}

/** The view of an image [1, height, width, channels]. */
export function affineView(image: Tensor, { shift, factor, angle }: View): Tensor {
  const [, height, width, channels] = image.shape as [number, number, number, number];
  if (factor === 1 && angle === 0 && shift[0] === 0 && shift[1] === 0) return image;
  const pixels = reshape(image, [height * width, channels]);
  const [sine, cosine] = [Math.sin(angle) / factor, Math.cos(angle) / factor];
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  const corners = [0, 1, 2, 3].map(() => ({
    indices: new Int32Array(height * width),
    weights: new Float64Array(height * width),
  }));
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [dy, dx] = [row - middleY, column - middleX];
      const y = middleY + cosine * dy + sine * dx - shift[0];
      const x = middleX - sine * dy + cosine * dx - shift[1];
      const [top, left] = [Math.floor(y), Math.floor(x)];
      for (const [corner, { indices, weights }] of corners.entries()) {
        const [down, right] = [corner >> 1, corner & 1];
        const from = clamp(top + down, height) * width + clamp(left + right, width);
        indices[row * width + column] = from;
        weights[row * width + column] = Math.abs(1 - down - (y - top)) * Math.abs(1 - right - (x - left));
      }
    }
  const parts = corners
    .filter(({ weights }) => weights.some((weight) => weight > 0))
    .map(({ indices, weights }) =>
      multiply(gather(pixels, tensor(indices)), tensor(weights, [height * width, 1], image.dtype)),
    );
  return reshape(parts.reduce(add), image.shape);
}

function clamp(at: number, extent: number): number {
  return Math.min(Math.max(at, 0), extent - 1);
}
