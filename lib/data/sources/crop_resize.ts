// A box of an image at another size, separably along both axes:
//
//   y[p] = Σ x[i] w(i − s) / Σ w(i − s),   s = start + (p + ½) · extent / size − ½,   w(d) = max(0, 1 − |d| / max(1, extent / size))
//
// bilinear where the image grows, a weighted mean of all pixels a result covers where it shrinks. Outside the image there is black.

/** uint8 pixels [height, width, channels]. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Part of an image, in pixels; it may reach beyond it. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The box as an image of `height` × `width` pixels with the same channels. */
export function cropResize(image: Pixels, box: Box, height: number, width: number): Uint8Array {
  const { data, channels } = image;
  const columns = taps(box.left, box.width, width, image.width);
  const rows = taps(box.top, box.height, height, image.height);
  const first = Math.min(...rows.map((row) => row.first));
  const last = Math.max(...rows.map((row) => row.first + row.weights.length));
  const narrowed = new Float64Array(Math.max(0, last - first) * width * channels); // the rows that count, at their final width
  for (let i = first; i < last; i++) {
    for (let p = 0; p < width; p++) {
      const { first: from, weights } = columns[p] as Taps;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++)
          sum += (weights[k] as number) * (data[(i * image.width + from + k) * channels + c] as number);
        narrowed[((i - first) * width + p) * channels + c] = sum;
      }
    }
  }
  const result = new Uint8Array(height * width * channels);
  const rowLength = width * channels;
  for (let q = 0; q < height; q++) {
    const { first: from, weights } = rows[q] as Taps;
    for (let at = 0; at < rowLength; at++) {
      let sum = 0.5;
      for (let k = 0; k < weights.length; k++)
        sum += (weights[k] as number) * (narrowed[(from - first + k) * rowLength + at] as number);
      result[q * rowLength + at] = sum;
    }
  }
  return result;
}

interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** The pixels 0 … limit − 1 that make each result, with weights that sum to one together with those outside. */
function taps(start: number, extent: number, size: number, limit: number): Taps[] {
  const scale = extent / size;
  const support = Math.max(1, scale);
  return Array.from({ length: size }, (_, p) => {
    const centre = start + (p + 0.5) * scale - 0.5;
    const low = Math.ceil(centre - support);
    const all = Array.from({ length: Math.floor(centre + support) - low + 1 }, (_, k) =>
      Math.max(0, 1 - Math.abs(low + k - centre) / support),
    );
    const total = all.reduce((sum, weight) => sum + weight, 0);
    const first = Math.min(Math.max(low, 0), limit);
    const end = Math.max(first, Math.min(low + all.length, limit));
    return { first, weights: all.slice(first - low, end - low).map((weight) => weight / total) };
  });
}
