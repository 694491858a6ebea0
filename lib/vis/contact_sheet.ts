// Small pictures side by side, each with a caption, in sections with headings: the form in which filters, feature maps and
// misclassified examples are looked at.

import type { Image8 } from '../formats/png.js';
import { checkInteger } from '../tensor/arguments.js';
import { ShapeError } from '../tensor/errors.js';
import { drawText, glyphHeight, textWidth } from './pixel_font.js';

/** A picture on a sheet. */
export interface Tile extends Image8 {
  readonly caption?: string;
}

/** Tiles under a heading. */
export interface Section {
  readonly heading: string;
  readonly tiles: readonly Tile[];
  /** Tiles in a row, default 16. */
  readonly columns?: number;
  /** How many pixels of the sheet a tile's pixel is wide and high, default 3. */
  readonly scale?: number;
}

const margin = 12;
const gap = 6;
const paper = 250;
const ink = 30;

class Canvas implements Image8 {
  readonly channels = 3;
  readonly data: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.data = new Uint8Array(width * height * 3).fill(paper);
  }

  text(text: string, left: number, top: number, size: number): void {
    drawText(text, (x, y) => this.block(left + x * size, top + y * size, size, [ink, ink, ink]));
  }

  picture({ width, height, channels, data }: Image8, left: number, top: number, scale: number): void {
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = (y * width + x) * channels;
        const colour = [0, 1, 2].map((c) => data[at + (channels === 3 ? c : 0)] as number);
        this.block(left + x * scale, top + y * scale, scale, colour);
      }
  }

  /** A filled square. */
  block(left: number, top: number, size: number, colour: readonly number[]): void {
    for (let y = top; y < Math.min(top + size, this.height); y++)
      for (let x = left; x < Math.min(left + size, this.width); x++) this.data.set(colour, (y * this.width + x) * 3);
  }
}

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
  const height = blocks.reduce((sum, block) => sum + block.height, 0);
  const canvas = new Canvas(width + 2 * margin, height + 2 * margin);
  let top = margin;
  for (const block of blocks) {
    block.paint(canvas, top);
    top += block.height;
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
  const captionHeight = tiles.some(({ caption }) => caption) ? glyphHeight + 3 : 0;
  const cellWidth =
    Math.max(0, ...tiles.map((tile) => Math.max(tile.width * scale, textWidth(tile.caption ?? '')))) + gap;
  const cellHeight = Math.max(0, ...tiles.map((tile) => tile.height * scale)) + captionHeight + gap;
  const headingHeight = glyphHeight * 2 + gap * 2;
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
