// Small pictures side by side, each with a caption, in sections with headings: the form in which filters, feature maps and
// misclassified examples are looked at.

import type { Image8 } from '../formats/png.js';
import { checkInteger } from '../tensor/arguments.js';
import { ShapeError } from '../tensor/errors.js';
import { Canvas } from './canvas.js';
import { glyphDepth, glyphHeight, textWidth } from './pixel_font.js';

/** A picture on a sheet. */
export interface Tile extends Image8 {
  readonly caption?: string;
}

/** Tiles under a heading. */
export interface Section {
  /** Empty for none. */
  readonly heading: string;
  readonly tiles: readonly Tile[];
  /** Tiles in a row, default 16. */
  readonly columns?: number;
  /** How many pixels of the sheet a tile's pixel is wide and high, default 3. */
  readonly scale?: number;
}

const margin = 12;
const gap = 6;
const between = 10; // sections

/**
 * Lays pictures out on one sheet.
 *
 * @returns the sheet, in colour; `encodePng` makes a file of it
 * @throws ShapeError if a tile's data do not fit its size; ArgumentError for invalid options
 * @example
 * await writeFile('filters.png', encodePng(contactSheet([{ heading: 'filters', tiles: filterTiles(filter) }])));
 */
export function contactSheet(sections: readonly Section[]): Image8 {
  const blocks = sections.map(layOut);
  const width = Math.max(0, ...blocks.map((block) => block.width));
  const height = blocks.reduce((sum, block) => sum + block.height + between, -between);
  const canvas = new Canvas(width + 2 * margin, Math.max(height, 0) + 2 * margin);
  let top = margin;
  for (const block of blocks) {
    block.paint(canvas, top);
    top += block.height + between;
  }
  return canvas;
}

interface Block {
  readonly width: number;
  readonly height: number;
  paint(canvas: Canvas, top: number): void;
}

/** Sizes a section and says how to paint it. */
function layOut({ heading, tiles, columns = 16, scale = 3 }: Section): Block {
  checkInteger('contactSheet', 'columns', columns);
  checkInteger('contactSheet', 'scale', scale);
  for (const tile of tiles) checkTile(tile);
  const captionHeight = tiles.some(({ caption }) => caption) ? glyphHeight + glyphDepth + 3 : 0;
  const cellWidth =
    Math.max(0, ...tiles.map((tile) => Math.max(tile.width * scale, textWidth(tile.caption ?? '')))) + gap;
  const cellHeight = Math.max(0, ...tiles.map((tile) => tile.height * scale)) + captionHeight + gap;
  const headingHeight = heading ? (glyphHeight + glyphDepth) * 2 + gap : 0;
  return {
    width: Math.max(Math.min(tiles.length, columns) * cellWidth, textWidth(heading) * 2),
    height: headingHeight + Math.ceil(tiles.length / columns) * cellHeight,
    paint(canvas, top) {
      canvas.text(heading, margin, top, 2);
      for (const [index, tile] of tiles.entries()) {
        const left = margin + (index % columns) * cellWidth;
        const y = top + headingHeight + Math.floor(index / columns) * cellHeight;
        canvas.picture(tile, left, y, scale);
        canvas.text(tile.caption ?? '', left, y + tile.height * scale + 3, 1);
      }
    },
  };
}

function checkTile({ width, height, channels, data }: Tile): void {
  if (data.length !== width * height * channels)
    throw new ShapeError(
      `contactSheet: a tile of ${width}×${height} pixels with ${channels} channels needs ${width * height * channels} bytes, but has ${data.length}`,
    );
}
