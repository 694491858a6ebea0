// Crops of images that are larger than a network's input: the one in the middle, or the ten of Krizhevsky et al. 2012,
// the four corners and the middle, and the same mirrored.
import type { HostArray } from '../data/types.js';
import { allocateTypedArray, type TypedArray } from '../tensor/dtype.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';

/** `'center'`: one; `'ten'`: corners and middle, and the same mirrored. */
export type Crops = 'center' | 'ten';

export const cropCount: Readonly<Record<Crops, number>> = { center: 1, ten: 10 };

interface Corner {
  readonly top: number;
  readonly left: number;
  readonly mirrored: boolean;
}

function cornersOf(rows: number, columns: number, crops: Crops): Corner[] {
  const middle = { top: Math.floor(rows / 2), left: Math.floor(columns / 2), mirrored: false };
  if (crops === 'center') return [middle];
  const corners = [0, rows].flatMap((top) => [0, columns].map((left) => ({ top, left, mirrored: false })));
  const five = [...corners, middle];
  return [...five, ...five.map((corner) => ({ ...corner, mirrored: true }))];
}

/**
 * The crops of a batch of images, those of the first image first.
 *
 * @param images [batch, height, width, channels], of uint8 or float32
 * @returns [batch · crops, size[0], size[1], channels]
 * @throws ShapeError where images are smaller than their crops
 */
export function cropsOf({ data, shape, dtype }: HostArray, size: readonly [number, number], crops: Crops): HostArray {
  const [batch = 0, height = 0, width = 0, channels = 1] = shape;
  const [rows, columns] = size;
  if (shape.length !== 4 || height < rows || width < columns)
    throw new ShapeError(
      `evaluateCrops: crops of [${rows}, ${columns}] do not fit images of ${formatShape(shape.slice(1))}`,
    );
  const corners = cornersOf(height - rows, width - columns, crops);
  const length = columns * channels;
  const result = allocateTypedArray(dtype, batch * corners.length * rows * length);
  let at = 0;
  for (let image = 0; image < batch; image++) {
    for (const { top, left, mirrored } of corners) {
      for (let row = 0; row < rows; row++, at += length) {
        const from = ((image * height + top + row) * width + left) * channels;
        const line = data.subarray(from, from + length);
        if (mirrored) mirror(line, result.subarray(at, at + length), channels);
        else result.set(line, at);
      }
    }
  }
  return { data: result, shape: [batch * corners.length, rows, columns, channels], dtype };
}

/** A row of pixels from right to left. */
function mirror(line: TypedArray, into: TypedArray, channels: number): void {
  for (let from = line.length - channels, to = 0; from >= 0; from -= channels, to += channels)
    for (let channel = 0; channel < channels; channel++) into[to + channel] = line[from + channel] as number;
}
