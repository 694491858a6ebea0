// Numbers on a grid at another size, bilinear about the middles of the cells: position p of n lies at (p + ½) · extent / n − ½.

/** One axis: for each position, the two nearest cells and the weight of the second. */
function nearestTwo(extent: number, to: number): readonly (readonly [number, number, number])[] {
  return Array.from({ length: to }, (_, p) => {
    const at = Math.min(Math.max(((p + 0.5) * extent) / to - 0.5, 0), extent - 1);
    const first = Math.floor(at);
    return [first, Math.min(first + 1, extent - 1), at - first] as const;
  });
}

/** Resamples values [height, width, channels] to [toHeight, toWidth, channels]. */
export function resample(
  values: ArrayLike<number>,
  [height, width, channels]: readonly [number, number, number],
  [toHeight, toWidth]: readonly [number, number],
): Float32Array {
  const [rows, columns] = [nearestTwo(height, toHeight), nearestTwo(width, toWidth)];
  const result = new Float32Array(toHeight * toWidth * channels);
  let to = 0;
  for (const [top, bottom, down] of rows)
    for (const [left, right, across] of columns)
      for (let c = 0; c < channels; c++) {
        const at = (y: number, x: number): number => values[(y * width + x) * channels + c] as number;
        const above = at(top, left) + (at(top, right) - at(top, left)) * across;
        const below = at(bottom, left) + (at(bottom, right) - at(bottom, left)) * across;
        result[to++] = above + (below - above) * down;
      }
  return result;
}
