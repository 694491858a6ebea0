// Pictures of different sizes in labelled rows, each enlarged so that they look alike: an image beside what methods say of it.
import type { Image8 } from '../formats/png.js';
import { checkInteger, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { Canvas } from './canvas.js';
import type { Tile } from './contact_sheet.js';
import { checkImage8 } from './image8.js';
import { glyphDepth, glyphHeight, textWidth } from './pixel_font.js';

/** Pictures side by side. */
export interface MontageRow {
  /** Written to the left of the row; lines are parted by '\n'. Default none. */
  readonly label?: string;
  readonly tiles: readonly Tile[];
}

/** Options of `montage`. */
export interface MontageOptions {
  /** Written above the first row; default nothing. */
  readonly heading?: string;
  /** Pixels to which pictures are enlarged in height, by a whole factor; larger ones stay as they are. Default 128. */
  readonly tileHeight?: number;
  /** Size of the letters: how many pixels a pixel of the font has. Default 1. */
  readonly textScale?: number;
}

const margin = 12;
const gap = 8;
const lineHeight = glyphHeight + glyphDepth + 1;

/**
 * Lays pictures out in rows whose columns stand below each other, with captions below and labels beside them.
 *
 * @throws ArgumentError for invalid options, and for a picture whose data do not fit its size
 * @example
 * const row = { label: 'cat', tiles: [photograph, { ...occlusion.over(photograph), caption: 'occlusion' }] };
 * await writeFile('cat.png', formats.encodePng(vis.montage([row])));
 */
export function montage(rows: readonly MontageRow[], options: MontageOptions = {}): Image8 {
  checkOptions('montage', options, ['heading', 'tileHeight', 'textScale']);
  const { heading = '', tileHeight = 128, textScale = 1 } = options;
  checkInteger('montage', 'tileHeight', tileHeight);
  checkInteger('montage', 'textScale', textScale);
  if (!isRows(rows)) throw new ArgumentError(`montage: expected an array of rows, but received ${show(rows)}`);
  const placed = rows.map(({ label = '', tiles }, r) => {
    const sized = tiles.map((tile, t) => {
      checkImage8('montage', `rows[${r}].tiles[${t}]`, tile);
      const scale = Math.max(1, Math.floor(tileHeight / tile.height));
      return { tile, scale, width: tile.width * scale, height: tile.height * scale };
    });
    const captioned = tiles.some(({ caption }) => caption);
    const lines = label === '' ? [] : label.split('\n');
    const pictures = Math.max(0, ...sized.map(({ height }) => height)) + (captioned ? lineHeight * textScale + 2 : 0);
    return { lines, sized, height: Math.max(pictures, lines.length * lineHeight * textScale) + gap };
  });
  const labelWidth = Math.max(0, ...placed.flatMap(({ lines }) => lines.map((line) => textWidth(line) * textScale)));
  const columns: number[] = [];
  for (const { sized } of placed)
    for (const [column, { tile, width }] of sized.entries())
      columns[column] = Math.max(columns[column] ?? 0, width, textWidth(tile.caption ?? '') * textScale);
  const lefts: number[] = [];
  let right = margin + (labelWidth > 0 ? labelWidth + gap : 0);
  for (const width of columns) {
    lefts.push(right);
    right += width + gap;
  }
  const headingHeight = heading ? lineHeight * 2 + gap : 0;
  const canvas = new Canvas(
    Math.max(right - gap, margin + textWidth(heading) * 2) + margin,
    placed.reduce((sum, { height }) => sum + height, headingHeight) - gap + 2 * margin,
  );
  canvas.text(heading, margin, margin, 2);
  let top = margin + headingHeight;
  for (const { lines, sized, height } of placed) {
    for (const [line, text] of lines.entries())
      canvas.text(text, margin, top + line * lineHeight * textScale, textScale);
    for (const [column, { tile, scale, height: shown }] of sized.entries()) {
      canvas.picture(tile, lefts[column] as number, top, scale);
      canvas.text(tile.caption ?? '', lefts[column] as number, top + shown + 3, textScale);
    }
    top += height;
  }
  return canvas;
}

function isRows(rows: readonly MontageRow[]): boolean {
  return Array.isArray(rows) && rows.every((row) => Array.isArray(row?.tiles));
}
