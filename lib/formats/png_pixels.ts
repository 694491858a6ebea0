// A row of PNG samples as 8-bit channels: unpacks 1, 2 and 4 bits, rounds 16, looks up palettes, compares with the transparent colour.

/** How pixels are stored, and what they become. */
export interface PixelFormat {
  /** Bits of a sample: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  /** Samples of a pixel as stored. */
  readonly samples: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly indexed: boolean;
  /** Colours of an indexed image, each `channels` long. */
  readonly palette?: readonly (readonly number[])[];
  /** The colour that stands for transparency, in samples as stored. */
  readonly transparent?: readonly number[];
}

/** Writes `width` pixels of `row` to `into`. @returns false when an index is beyond the palette */
export function expandRow(row: Uint8Array, into: Uint8Array, width: number, format: PixelFormat): boolean {
  const { depth, samples, channels, palette, transparent } = format;
  if (depth === 8 && palette === undefined && transparent === undefined) {
    into.set(row.subarray(0, width * samples));
    return true;
  }
  const toByte = 255 / (2 ** depth - 1);
  for (let i = 0; i < width; i++) {
    let matches = 0;
    for (let s = 0; s < samples; s++) {
      const value = sample(row, i * samples + s, depth);
      if (palette !== undefined) {
        const colour = palette[value];
        if (colour === undefined) return false;
        into.set(colour, i * channels);
      } else into[i * channels + s] = Math.round(value * toByte);
      if (transparent?.[s] === value) matches++;
    }
    if (transparent !== undefined) into[i * channels + samples] = matches === samples ? 0 : 255;
  }
  return true;
}

function sample(row: Uint8Array, index: number, depth: number): number {
  if (depth === 8) return row[index] as number;
  if (depth === 16) return (row[2 * index] as number) * 256 + (row[2 * index + 1] as number);
  const bit = index * depth;
  return ((row[bit >> 3] as number) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}
