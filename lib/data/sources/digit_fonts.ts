// The outlines of the digits in font files (TrueType, OpenType, WOFF), read by the package opentype.js.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ArgumentError, FormatError } from '../../tensor/errors.js';
import type { Polygon } from './fill_polygons.js';
import { optionalPeer } from './optional_peer.js';

/** A digit's outline, in units of the font's em; y points down from the baseline. */
export interface DigitOutline {
  readonly polygons: readonly Polygon[];
  /** Distance to the next digit. */
  readonly advance: number;
}

/** A font's digits, 0 to 9. */
export interface DigitFont {
  readonly path: string;
  readonly family: string;
  readonly digits: readonly DigitOutline[];
}

/** The part of opentype.js that is used here. */
interface Command {
  readonly type: string;
  readonly [coordinate: string]: number | string;
}
interface Glyph {
  readonly index: number;
  readonly advanceWidth?: number;
  getPath(x: number, y: number, size: number): { commands: readonly Command[] };
}
interface OpentypeFont {
  readonly unitsPerEm: number;
  getEnglishName(name: string): string | undefined;
  charToGlyph(character: string): Glyph;
}
interface Opentype {
  parse(bytes: ArrayBuffer): OpentypeFont;
}

const CURVE_STEPS = 6;

/** Reads the digits of fonts. @throws ArgumentError, FormatError (rejects with) for files that cannot be read or lack digits */
export async function readDigitFonts(subject: string, paths: readonly string[]): Promise<DigitFont[]> {
  const loaded = await optionalPeer<Opentype & { default?: Opentype }>(subject, 'opentype.js');
  const parse = loaded.parse ?? loaded.default?.parse;
  return Promise.all(
    paths.map(async (path) => {
      const bytes = await readFile(path).catch((cause: Error) => {
        throw new ArgumentError(`${subject}: cannot read '${path}': ${cause.message}`, { cause });
      });
      try {
        const font = parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
        const digits = Array.from('0123456789', (digit) => outline(font, digit));
        return { path, family: font.getEnglishName('fontFamily') ?? path, digits };
      } catch (cause) {
        throw new FormatError(path, 0, `cannot be read as a font with digits: ${(cause as Error).message}`, { cause });
      }
    }),
  );
}

/**
 * Parts fonts by family, so that no family is in both parts: the families in the order of their names' SHA-256, the first of them, a
 * share of `testShare` and at least one, for the test.
 */
export function partFamilies(
  fonts: readonly DigitFont[],
  testShare: number,
): { train: DigitFont[]; test: DigitFont[] } {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const families = [...new Set(fonts.map(({ family }) => family))].sort((a, b) => (hash(a) < hash(b) ? -1 : 1));
  const count = Math.min(families.length - 1, Math.max(1, Math.round(testShare * families.length)));
  const forTest = new Set(families.slice(0, count));
  return {
    train: fonts.filter(({ family }) => !forTest.has(family)),
    test: fonts.filter(({ family }) => forTest.has(family)),
  };
}

function outline(font: OpentypeFont, digit: string): DigitOutline {
  const glyph = font.charToGlyph(digit);
  const { commands } = glyph.getPath(0, 0, 1);
  if (glyph.index === 0 || commands.length === 0) throw new Error(`it has no digit ${digit}`);
  return { polygons: flatten(commands), advance: (glyph.advanceWidth ?? font.unitsPerEm / 2) / font.unitsPerEm };
}

/** Straight pieces in the place of curves. */
function flatten(commands: readonly Command[]): Polygon[] {
  const polygons: number[][] = [];
  let current: number[] = [];
  for (const command of commands) {
    const [x, y, x1, y1, x2, y2] = ['x', 'y', 'x1', 'y1', 'x2', 'y2'].map((name) => Number(command[name]));
    const [x0, y0] = [current.at(-2), current.at(-1)];
    const curve = (at: (t: number, rest: number) => readonly [number, number]) => {
      for (let step = 1; step <= CURVE_STEPS; step++) current.push(...at(step / CURVE_STEPS, 1 - step / CURVE_STEPS));
    };
    const quadratic = (t: number, r: number, a: number, b: number, c: number) => r * r * a + 2 * r * t * b + t * t * c;
    const cubic = (t: number, r: number, a: number, b: number, c: number, d: number) =>
      r * r * r * a + 3 * r * r * t * b + 3 * r * t * t * c + t * t * t * d;
    if (command.type === 'M') {
      current = [x as number, y as number];
      polygons.push(current);
    } else if (command.type === 'L') current.push(x as number, y as number);
    else if (command.type === 'Q')
      curve((t, r) => [
        quadratic(t, r, x0 as number, x1 as number, x as number),
        quadratic(t, r, y0 as number, y1 as number, y as number),
      ]);
    else if (command.type === 'C')
      curve((t, r) => [
        cubic(t, r, x0 as number, x1 as number, x2 as number, x as number),
        cubic(t, r, y0 as number, y1 as number, y2 as number, y as number),
      ]);
  }
  if (polygons.flat().some((value) => !Number.isFinite(value)))
    throw new Error('an outline has a point that is no number');
  return polygons.filter((points) => points.length >= 6);
}
