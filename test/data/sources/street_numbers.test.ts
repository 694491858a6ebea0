// The fonts are made here: digits of straight strokes on a grid, one family per width of the stroke.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { streetNumbers } from '../../../lib/data/index.js';
import { type DigitFont, partFamilies, readDigitFonts } from '../../../lib/data/sources/digit_fonts.js';
import { fillPolygons } from '../../../lib/data/sources/fill_polygons.js';
import { drawStreetPicture } from '../../../lib/data/sources/street_picture.js';
import { ArgumentError, FormatError } from '../../../lib/tensor/errors.js';
import { Random } from '../../../lib/tensor/random.js';
import { collect } from '../support.js';

interface Builder {
  readonly Path: new () => { moveTo(x: number, y: number): void; lineTo(x: number, y: number): void; close(): void };
  readonly Glyph: new (options: object) => object;
  readonly Font: new (options: object) => { toArrayBuffer(): ArrayBuffer };
}

const folder = mkdtempSync(join(tmpdir(), 'convgrad-fonts-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The seven segments of a digit: top, upper left and right, middle, lower left and right, bottom. */
const segments = [
  '1110111',
  '0010010',
  '1011101',
  '1011011',
  '0111010',
  '1101011',
  '1101111',
  '1010010',
  '1111111',
  '1111011',
];

async function makeFont(family: string, stroke: number, digits = '0123456789'): Promise<string> {
  const { default: opentype } = (await import('opentype.js' as string)) as { default: Builder };
  const draw = (pattern: string) => {
    const path = new opentype.Path();
    const bar = (x0: number, y0: number, x1: number, y1: number) => {
      path.moveTo(x0, y0);
      path.lineTo(x0, y1);
      path.lineTo(x1, y1);
      path.lineTo(x1, y0);
      path.close();
    };
    const bars = [
      [50, 700 - stroke, 450, 700],
      [50, 350, 50 + stroke, 700],
      [450 - stroke, 350, 450, 700],
      [50, 350 - stroke / 2, 450, 350 + stroke / 2],
      [50, 0, 50 + stroke, 350],
      [450 - stroke, 0, 450, 350],
      [50, 0, 450, stroke],
    ] satisfies [number, number, number, number][];
    bars.forEach((corners, i) => {
      if (pattern[i] === '1') bar(...corners);
    });
    return path;
  };
  const glyphs = [
    new opentype.Glyph({ name: '.notdef', advanceWidth: 500, path: new opentype.Path() }),
    ...Array.from(digits, (digit) => {
      const path = draw(segments[Number(digit)] as string);
      return new opentype.Glyph({ name: `d${digit}`, unicode: digit.charCodeAt(0), advanceWidth: 500, path });
    }),
  ];
  const font = new opentype.Font({
    ...{ familyName: family, styleName: 'Regular', unitsPerEm: 1000, ascender: 800, descender: -200, glyphs },
  });
  const file = join(folder, `${family}-${digits.length}.otf`);
  writeFileSync(file, new Uint8Array(font.toArrayBuffer()));
  return file;
}
const fonts = await Promise.all(['Ash', 'Birch', 'Cedar', 'Elm', 'Fir'].map((name, i) => makeFont(name, 70 + 20 * i)));

describe('fillPolygons', () => {
  it('covers pixels by area, joins what overlaps, and leaves holes', () => {
    const square = (left: number, top: number, right: number, bottom: number) => [
      left,
      top,
      left,
      bottom,
      right,
      bottom,
      right,
      top,
    ];
    expect([...fillPolygons([square(0.5, 0, 2, 1.5)], 2, 3)]).toEqual([0.5, 1, 0, 0.25, 0.5, 0]);
    expect([...fillPolygons([square(0, 0, 2, 1), square(1, 0, 3, 1)], 1, 3)]).toEqual([1, 1, 1]);
    const hole = [1, 0, 2, 0, 2, 1, 1, 1];
    expect([...fillPolygons([square(0, 0, 3, 1), hole], 1, 3)]).toEqual([1, 0, 1]);
    expect([...fillPolygons([square(-5, -5, 5, 5)], 1, 2)]).toEqual([1, 1]);
    const triangle = fillPolygons([[0, 0, 0, 8, 8, 8]], 8, 8);
    expect(triangle.reduce((sum, share) => sum + share, 0)).toBeCloseTo(32, 5);
  });
});

describe('streetNumbers', () => {
  it('draws numbers in the proportions of SVHN, a function of seed, split and index', async () => {
    const train = await streetNumbers({ fonts, count: 60, size: 16, seed: 1 });
    const [whole] = await collect(train.batch(60));
    expect(whole?.x).toMatchObject({ shape: [60, 16, 16, 3], dtype: 'uint8' });
    expect(whole?.y).toMatchObject({ shape: [60, 6], dtype: 'int32' });
    for (let n = 0; n < 60; n++) {
      const [length, ...digits] = [...(whole?.y.data ?? [])].slice(6 * n, 6 * n + 6);
      expect(length).toBeGreaterThanOrEqual(1);
      expect(digits[0]).toBeGreaterThanOrEqual(1);
      expect(digits.slice(length).every((digit) => digit === 0)).toBe(true);
    }
    const parts = await collect(train.skip(20).batch(7));
    expect(parts[0]?.x.data).toEqual(whole?.x.data.subarray(20 * 768, 27 * 768));
    const first = async (options: object) =>
      (await collect((await streetNumbers({ fonts, count: 1, size: 16, seed: 1, ...options })).batch(1)))[0]?.x.data;
    expect(await first({})).toEqual(whole?.x.data.subarray(0, 768));
    expect(await first({ split: 'test' })).not.toEqual(await first({}));
    expect(await first({ seed: 2 })).not.toEqual(await first({}));
    const lengths = (
      await collect((await streetNumbers({ fonts, count: 300, size: 1, seed: 3 })).batch(300))
    )[0]?.y.data.filter((_, i) => i % 6 === 0);
    const share = (length: number) => (lengths?.filter((value) => value === length).length as number) / 300;
    expect(Math.abs(share(2) - 18130 / 33402)).toBeLessThan(0.09);
    expect(Math.abs(share(3) - 8691 / 33402)).toBeLessThan(0.09);
  });

  it('keeps the families of training and test apart', async () => {
    const all = await readDigitFonts('test', [...fonts, ...fonts]);
    for (const testShare of [0, 0.2, 0.5, 1]) {
      const { train, test } = partFamilies(all, testShare);
      const families = (part: readonly DigitFont[]) => new Set(part.map(({ family }) => family));
      expect([...families(train)].filter((family) => families(test).has(family))).toEqual([]);
      expect(families(train).size + families(test).size).toBe(5);
      expect(families(train).size).toBeGreaterThan(0);
      expect(families(test).size).toBeGreaterThan(0);
    }
    expect(partFamilies(all.toReversed(), 0.4).test.length).toBe(partFamilies(all, 0.4).test.length);
  });

  it('makes every number stand out from its wall, with boxes around its digits', async () => {
    const [font] = (await readDigitFonts('test', fonts)) as [DigitFont];
    for (let index = 0; index < 60; index++) {
      const { pixels, digits, contrast } = drawStreetPicture([1, 7, 0], font, new Random(5, index), 0.15 * 255);
      expect(Math.abs(contrast)).toBeGreaterThanOrEqual(0.15 * 255);
      expect(digits.map(({ digit }) => digit)).toEqual([1, 7, 0]);
      for (const { left, top, width, height } of digits) {
        expect(Math.min(left, top)).toBeGreaterThan(0);
        expect(left + width).toBeLessThan(pixels.width);
        expect(top + height).toBeLessThan(pixels.height);
      }
      expect(digits[0]?.left).toBeLessThan(digits[1]?.left as number);
      expect(pixels.data).toHaveLength(pixels.width * pixels.height * 3);
    }
  });

  it('draws pictures about as large as those of SVHN, whose median is 104 × 47', async () => {
    const all = await readDigitFonts('test', fonts);
    const sizes = Array.from({ length: 300 }, (_, index) => {
      const length = [1, 2, 3, 4][[0.15, 0.7, 0.96, 1].findIndex((share) => index / 300 < share)] as number;
      const digits = Array.from({ length }, (_, place) => (index + place) % 10);
      return drawStreetPicture(digits, all[index % 5] as DigitFont, new Random(8, index), 40).pixels;
    });
    const middle = (axis: 'width' | 'height') =>
      sizes.map((pixels) => pixels[axis]).sort((a, b) => a - b)[150] as number;
    expect(Math.abs(middle('width') / 104 - 1)).toBeLessThan(0.15);
    expect(Math.abs(middle('height') / 47 - 1)).toBeLessThan(0.15);
  });

  it('rejects what is no font, and too few families', async () => {
    const options = { count: 1, seed: 1 };
    const text = join(folder, 'text.ttf');
    writeFileSync(text, 'not a font');
    await expect(streetNumbers({ fonts: [text], ...options })).rejects.toThrow(FormatError);
    const few = await makeFont('Few', 80, '01234');
    await expect(streetNumbers({ fonts: [few], ...options })).rejects.toThrow('it has no digit 5');
    await expect(streetNumbers({ fonts: [join(folder, 'absent')], ...options })).rejects.toThrow(ArgumentError);
    await expect(streetNumbers({ fonts: fonts.slice(0, 1), ...options })).rejects.toThrow('of two families at least');
    await expect(streetNumbers({ fonts, count: 1, seed: 1, minContrast: 0.9 })).rejects.toThrow('minContrast must be');
  });
});
