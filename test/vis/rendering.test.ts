// The shared rendering: colour maps, heat maps and overlays, sizes, montages.
import { describe, expect, it } from 'vitest';
import type { Image8 } from '../../lib/formats/png.js';
import { decodePng } from '../../lib/formats/png_decode.js';
import { shrink } from '../../lib/vis/image8.js';
import { colorsOf, crop, enlarge, frame, HeatMap, montage, toImage8 } from '../../lib/vis/index.js';
import { drawText, textWidth } from '../../lib/vis/pixel_font.js';
import { resample } from '../../lib/vis/resample.js';

const pixel = ({ width, channels, data }: Image8, x: number, y: number) =>
  Array.from(data.slice((y * width + x) * channels, (y * width + x + 1) * channels));
const grey = (values: number[], width: number): Image8 => ({
  ...{ width, height: values.length / width, channels: 1, data: Uint8Array.from(values) },
});

/** CIE L* of a colour: how light the eye takes it to be. */
function lightness(color: readonly number[]): number {
  const [r, g, b] = color.map((byte) => {
    const u = byte / 255;
    return u <= 0.04045 ? u / 12.92 : ((u + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

describe('colour maps', () => {
  it('sequential and grey become lighter in even steps', () => {
    for (const [name, least] of [
      ['sequential', 70],
      ['grey', 99],
    ] as const) {
      const levels = colorsOf(name).map(lightness);
      expect(levels).toHaveLength(256);
      const [first, last] = [levels[0], levels.at(-1)] as [number, number];
      expect(last - first).toBeGreaterThan(least);
      for (let i = 16; i < 256; i += 16)
        expect((levels[i] as number) - (levels[i - 16] as number)).toBeGreaterThan((0.4 * (last - first)) / 16);
    }
  });

  it('diverging is white in the middle, blue and red at the ends, and as dark at both', () => {
    const colors = colorsOf('diverging');
    const [low, middle, high] = [colors[0] ?? [], colors[128] ?? [], colors[255] ?? []];
    expect(Math.min(...middle)).toBeGreaterThan(235);
    expect(low[2]).toBeGreaterThan((low[0] as number) + 60);
    expect(high[0]).toBeGreaterThan((high[2] as number) + 60);
    expect(Math.abs(lightness(low) - lightness(high))).toBeLessThan(8);
  });
});

describe('HeatMap', () => {
  const map = new HeatMap(Float32Array.of(-1, 0, 1, 3), [2, 2]);

  it('gives the lowest number the first colour and the highest the last', () => {
    const colors = colorsOf('sequential');
    const image = map.image();
    expect([pixel(image, 0, 0), pixel(image, 1, 1)]).toEqual([[...(colors[0] ?? [])], [...(colors[255] ?? [])]]);
    expect(pixel(map.image({ range: [-1, 1] }), 0, 1)).toEqual([...(colors[255] ?? [])]);
  });

  it('keeps zero in the middle of a diverging map', () => {
    const [r, g, b] = pixel(map.image({ colors: 'diverging' }), 1, 0) as [number, number, number];
    expect(Math.min(r, g, b)).toBeGreaterThan(235);
  });

  it('shows a map of one number, and numbers that are all alike', () => {
    expect(new HeatMap(Float32Array.of(2, 2), [1, 2]).image().data).toHaveLength(6);
  });

  it('lays colours over an image: the mean of both at one half, the image itself at 0', () => {
    const photograph = grey([0, 100, 200, 255], 2);
    const half = map.over(photograph, { opacity: 0.5 });
    const colors = map.image();
    const expected = Array.from(colors.data, (value, at) =>
      Math.round(0.5 * value + 0.5 * (photograph.data[Math.floor(at / 3)] as number)),
    );
    expect(Array.from(half.data)).toEqual(expected);
    expect(pixel(map.over(photograph, { opacity: 0 }), 1, 0)).toEqual([100, 100, 100]);
  });

  it('is a PNG', async () => {
    const decoded = await decodePng(map.png());
    expect([decoded.width, decoded.height, decoded.channels]).toEqual([2, 2, 3]);
    expect(Array.from(decoded.data)).toEqual(Array.from(map.image().data));
  });
});

describe('sizes', () => {
  it('resample is bilinear about the middles of cells', () => {
    expect(Array.from(resample([0, 4], [1, 2, 1], [1, 4]))).toEqual([0, 1, 3, 4]);
    expect(Array.from(resample([0, 4], [2, 1, 1], [4, 1]))).toEqual([0, 1, 3, 4]);
    expect(Array.from(resample([1, 2, 3, 4], [2, 2, 1], [1, 1]))).toEqual([2.5]);
  });

  it('enlarge makes squares, or interpolates', () => {
    expect(Array.from(enlarge(grey([1, 9], 2), 2).data)).toEqual([1, 1, 9, 9, 1, 1, 9, 9]);
    expect(Array.from(enlarge(grey([0, 8], 2), 2, { smooth: true }).data).slice(0, 4)).toEqual([0, 2, 6, 8]);
  });

  it('shrink takes means, of what there is at the edge', () => {
    expect(Array.from(shrink(grey([0, 2, 9, 4, 6, 11], 3), 2).data)).toEqual([3, 10]);
  });

  it('crop and frame', () => {
    const image = grey([1, 2, 3, 4, 5, 6], 3);
    expect(Array.from(crop(image, { top: 0, left: 1, bottom: 2, right: 3 }).data)).toEqual([2, 3, 5, 6]);
    const framed = frame(grey(new Array(16).fill(7), 4), { top: 0, left: 0, bottom: 4, right: 4 }, [255, 0, 0]);
    expect([pixel(framed, 0, 0), pixel(framed, 1, 1), pixel(framed, 3, 2)]).toEqual([
      [255, 0, 0],
      [7, 7, 7],
      [255, 0, 0],
    ]);
  });

  it('toImage8 stretches numbers and keeps bytes', () => {
    expect(Array.from(toImage8(Float32Array.of(-1, 0, 1, 3), [2, 2]).data)).toEqual([0, 64, 128, 255]);
    expect(Array.from(toImage8(Uint8Array.of(9, 8), [1, 2, 1]).data)).toEqual([9, 8]);
    expect(Array.from(toImage8(Float32Array.of(-9, 0, 9), [1, 3], [0, 1]).data)).toEqual([0, 0, 255]);
  });
});

describe('montage', () => {
  it('stands columns below each other and enlarges small pictures by whole factors', () => {
    const [small, large] = [grey([0], 1), grey(new Array(16).fill(0), 4)];
    const sheet = montage([{ tiles: [small, large] }, { tiles: [large, small] }], { tileHeight: 4 });
    const [left, right, top, below] = [12, 12 + 4 + 8, 12, 12 + 4 + 8];
    for (const [x, y] of [
      [left, top],
      [left + 3, top + 3],
      [right + 3, top + 3],
      [left, below],
      [right, below],
    ] as const)
      expect(pixel(sheet, x, y)).toEqual([0, 0, 0]);
    expect([sheet.width, sheet.height]).toEqual([12 + 4 + 8 + 4 + 12, 12 + 4 + 8 + 4 + 12]);
  });
});

describe('the pixel font', () => {
  it('has every printable ASCII character, each another', () => {
    const seen = new Set<string>();
    for (let code = 32; code < 127; code++) {
      const painted: string[] = [];
      drawText(String.fromCharCode(code), (x, y) => painted.push(`${x},${y}`));
      seen.add(painted.join(' '));
    }
    expect(seen.size).toBe(95);
    expect(textWidth('ab')).toBe(11);
  });
});
