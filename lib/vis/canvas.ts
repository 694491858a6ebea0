// A sheet of paper to paint on: pictures, each of their pixels a square, and captions in the pixel font.
import type { Image8 } from '../formats/png.js';
import { drawText } from './pixel_font.js';

/** Red, green and blue, from 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

const paper = 250;
const ink: Color = [30, 30, 30];

/** A white picture in colour. What is painted outside it is lost. */
export class Canvas implements Image8 {
  readonly channels = 3;
  readonly data: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.data = new Uint8Array(width * height * 3).fill(paper);
  }

  text(text: string, left: number, top: number, size: number, color = ink): void {
    drawText(text, (x, y) => this.rectangle(left + x * size, top + y * size, size, size, color));
  }

  picture({ width, height, channels, data }: Image8, left: number, top: number, scale: number): void {
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = (y * width + x) * channels;
        const color = [0, 1, 2].map((c) => data[at + (channels === 3 ? c : 0)]) as readonly number[] as Color;
        this.rectangle(left + x * scale, top + y * scale, scale, scale, color);
      }
  }

  /** A filled rectangle. */
  rectangle(left: number, top: number, width: number, height: number, color: Color): void {
    for (let y = Math.max(top, 0); y < Math.min(top + height, this.height); y++)
      for (let x = Math.max(left, 0); x < Math.min(left + width, this.width); x++)
        this.data.set(color, (y * this.width + x) * 3);
  }

  /** The edge of a rectangle, drawn inside it. */
  frame(left: number, top: number, width: number, height: number, line: number, color: Color): void {
    this.rectangle(left, top, width, line, color);
    this.rectangle(left, top + height - line, width, line, color);
    this.rectangle(left, top, line, height, color);
    this.rectangle(left + width - line, top, line, height, color);
  }
}
