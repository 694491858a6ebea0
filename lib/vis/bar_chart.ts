// Numbers as horizontal bars, with labels to the left and the numbers to the right of them.
import type { Image8 } from '../formats/png.js';
import { checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import { Canvas, type Color } from './canvas.js';
import { glyphDepth, glyphHeight, textWidth } from './pixel_font.js';

/** A number with its name. */
export interface Bar {
  readonly label: string;
  readonly value: number;
}

/** How bars are drawn. */
export interface BarChartOptions {
  readonly heading?: string;
  /** The number whose bar is longest, default the largest. */
  readonly highest?: number;
  /** How numbers are written, default with three digits. */
  readonly format?: (value: number) => string;
  /** Width of the longest bar in pixels, default 320. */
  readonly barWidth?: number;
}

const margin = 12;
const gap = 8;
const barHeight = 14;
const color: Color = [44, 108, 160];
const track: Color = [232, 234, 238];

/**
 * Draws bars, one below the other.
 *
 * @throws ArgumentError for negative numbers and invalid options
 * @example
 * const chart = vis.barChart([{ label: 'conv 1_2', value: 0.44 }, { label: 'conv 5_4', value: 0.82 }], { highest: 1 });
 */
export function barChart(bars: readonly Bar[], options: BarChartOptions = {}): Image8 {
  checkOptions('barChart', options, ['heading', 'highest', 'format', 'barWidth']);
  const { heading = '', format = (value: number) => value.toPrecision(3), barWidth = 320 } = options;
  checkInteger('barChart', 'barWidth', barWidth);
  for (const [at, { value }] of bars.entries()) checkNumber('barChart', `bars[${at}].value`, value, 0);
  const highest = options.highest ?? Math.max(Number.MIN_VALUE, ...bars.map(({ value }) => value));
  checkNumber('barChart', 'highest', highest, Number.MIN_VALUE);
  const labels = Math.max(0, ...bars.map(({ label }) => textWidth(label)));
  const numbers = Math.max(0, ...bars.map(({ value }) => textWidth(format(value))));
  const top = margin + (heading ? (glyphHeight + glyphDepth) * 2 + gap : 0);
  const width = Math.max(labels + barWidth + numbers + 2 * gap, textWidth(heading) * 2) + 2 * margin;
  const canvas = new Canvas(width, top + bars.length * (barHeight + 4) - 4 + margin);
  canvas.text(heading, margin, margin, 2);
  const left = margin + labels + gap;
  for (const [at, { label, value }] of bars.entries()) {
    const y = top + at * (barHeight + 4);
    const middle = y + Math.floor((barHeight - glyphHeight) / 2);
    const length = Math.round(barWidth * Math.min(Math.max(value / highest, 0), 1));
    canvas.text(label, margin + labels - textWidth(label), middle, 1);
    canvas.rectangle(left, y, barWidth, barHeight, track);
    canvas.rectangle(left, y, length, barHeight, color);
    canvas.text(format(value), left + barWidth + gap, middle, 1);
  }
  return canvas;
}
