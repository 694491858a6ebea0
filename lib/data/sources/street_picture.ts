// A picture of a street number: digits of one font, a little turned, sheared and uneven, on a wall.
//
//   wall    three octaves of smooth noise between two muted colours, light from one side; often a plate behind the number
//   number  one colour whose luminance differs from the wall's behind it by `minContrast` at least, and by twice its spread
//   camera  blur and noise
import type { Random } from '../../tensor/random.js';
import type { Box, Pixels } from './crop_resize.js';
import type { DigitFont } from './digit_fonts.js';
import type { DigitBox } from './digit_struct.js';
import { fillPolygons, type Polygon } from './fill_polygons.js';

/** A picture, its digits and where they are. */
export interface StreetPicture {
  readonly pixels: Pixels;
  readonly digits: readonly DigitBox[];
  /** Luminance of the number less that of the wall around it, in 0 … 255, before blur and noise. */
  readonly contrast: number;
}

type Colour = readonly [number, number, number];

/** Draws digits with a font. `minContrast` in 0 … 255. */
export function drawStreetPicture(
  numbers: readonly number[],
  font: DigitFont,
  random: Random,
  minContrast: number,
): StreetPicture {
  const between = (low: number, high: number) => low + random.uniform() * (high - low);
  const { polygons, boxes } = layOut(numbers, font, random);
  const all = around(boxes);
  const [before, above, after, below] = [0.7, 0.28, 0.7, 0.28].map(
    (share) => all.height * (share + between(-0.12, 0.12)), // with them the median picture is 104 × 47, as in SVHN
  ) as [number, number, number, number];
  const left = all.left - before - 0.15 * all.width;
  const top = all.top - above;
  const width = Math.ceil(all.width * 1.3 + before + after);
  const height = Math.ceil(all.height + above + below);
  const moved = polygons.map((points) => points.map((value, i) => value - (i % 2 === 0 ? left : top)));
  const digits = boxes.map((box, d) => ({
    ...box,
    left: box.left - left,
    top: box.top - top,
    digit: numbers[d] as number,
  }));
  const wall = drawWall(height, width, around(digits), random);
  const cover = fillPolygons(moved, height, width);
  const behind = luminanceIn(wall, width, around(digits));
  const ink = chooseInk(behind, minContrast, random);
  paint(wall, cover, ink);
  const data = toBytes(blur(wall, height, width, between(0, 0.35)), between(1, 8), random);
  return { pixels: { data, height, width, channels: 3 }, digits, contrast: luminance(ink) - behind.mean };
}

/** The smallest box around boxes. */
export function around(boxes: readonly Box[]): Box {
  const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
  const right = Math.max(...boxes.map((box) => box.left + box.width));
  const bottom = Math.max(...boxes.map((box) => box.top + box.height));
  return { left, top, width: right - left, height: bottom - top };
}

function layOut(numbers: readonly number[], font: DigitFont, random: Random) {
  const between = (low: number, high: number) => low + random.uniform() * (high - low);
  const size = Math.min(110, Math.max(12, 40 * Math.exp(0.45 * random.normal()))); // of the em, in pixels
  const angle = 0.06 * random.normal();
  const shear = 0.08 * random.normal();
  const narrow = between(0.8, 1.1);
  const spacing = between(-0.02, 0.15);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const polygons: Polygon[] = [];
  const boxes: Box[] = [];
  let pen = 0;
  for (const number of numbers) {
    const digit = font.digits[number] as DigitFont['digits'][number];
    const lift = 0.015 * random.normal();
    const placed = digit.polygons.map((points) =>
      points.map((_, i) => {
        const y = (points[i - (i % 2) + 1] as number) + lift;
        const x = ((points[i - (i % 2)] as number) - shear * y + pen) * narrow;
        return size * (i % 2 === 0 ? cos * x - sin * y : sin * x + cos * y);
      }),
    );
    polygons.push(...placed);
    const coordinate = (axis: number) => placed.flatMap((points) => points.filter((_, i) => i % 2 === axis));
    const [xs, ys] = [coordinate(0), coordinate(1)];
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    boxes.push({ left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top });
    pen += digit.advance + spacing;
  }
  return { polygons, boxes };
}

function drawWall(height: number, width: number, number: Box, random: Random): Float32Array {
  const between = (low: number, high: number) => low + random.uniform() * (high - low);
  const base = mutedColour(random);
  const other = base.map((value) => value + between(-45, 45));
  const pattern = smoothNoise(height, width, random);
  const light = [between(-0.25, 0.25), between(-0.25, 0.25)] as const;
  const plate =
    random.uniform() < 0.4 ? { colour: mutedColour(random), margin: number.height * between(0.08, 0.25) } : undefined;
  const wall = new Float32Array(height * width * 3);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const p = i * width + j;
      const share = pattern[p] as number;
      const shade = 1 + light[0] * (i / height - 0.5) + light[1] * (j / width - 0.5);
      const onPlate =
        plate !== undefined &&
        j >= number.left - plate.margin &&
        j <= number.left + number.width + plate.margin &&
        i >= number.top - plate.margin &&
        i <= number.top + number.height + plate.margin;
      for (let c = 0; c < 3; c++) {
        const own = (1 - share) * (base[c] as number) + share * (other[c] as number);
        wall[3 * p + c] = shade * (onPlate ? 0.85 * (plate.colour[c] as number) + 0.15 * own : own);
      }
    }
  }
  return wall;
}

/** Bricks, stucco, wood, metal: greys with a tint. */
function mutedColour(random: Random): Colour {
  const grey = 30 + 200 * random.uniform();
  const tint = () => 25 * random.normal();
  const warmth = 15 * random.normal();
  return [grey + warmth + 0.4 * tint(), grey + 0.4 * tint(), grey - warmth + 0.4 * tint()];
}

/** Random numbers on three lattices, each twice as fine and half as strong, interpolated; 0 … 1. */
function smoothNoise(height: number, width: number, random: Random): Float32Array {
  const result = new Float32Array(height * width);
  let strength = 4 / 7;
  for (let step = Math.max(4, height / 2); strength > 1 / 8; step /= 2, strength /= 2) {
    const [rows, columns] = [Math.ceil(height / step) + 2, Math.ceil(width / step) + 2];
    const lattice = Float32Array.from({ length: rows * columns }, () => random.uniform());
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const [y, x] = [i / step, j / step];
        const at = Math.floor(y) * columns + Math.floor(x);
        const [v, u] = [y - Math.floor(y), x - Math.floor(x)];
        const upper = (1 - u) * (lattice[at] as number) + u * (lattice[at + 1] as number);
        const lower = (1 - u) * (lattice[at + columns] as number) + u * (lattice[at + columns + 1] as number);
        result[i * width + j] = (result[i * width + j] as number) + strength * ((1 - v) * upper + v * lower);
      }
    }
  }
  return result;
}

function luminance(colour: ArrayLike<number>, at = 0): number {
  return 0.299 * (colour[at] as number) + 0.587 * (colour[at + 1] as number) + 0.114 * (colour[at + 2] as number);
}

function luminanceIn(picture: Float32Array, width: number, box: Box): { mean: number; spread: number } {
  let [sum, squares, count] = [0, 0, 0];
  for (let i = Math.floor(box.top); i < box.top + box.height; i++) {
    for (let j = Math.floor(box.left); j < box.left + box.width; j++, count++) {
      const value = luminance(picture, 3 * (i * width + j));
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / count;
  return { mean, spread: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}

/** Nearly normal, of one word: the sum of its four bytes, with mean 0 and standard deviation 1. */
function grain(random: Random): number {
  const word = random.uint32();
  return ((word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24) - 510) / 147.8;
}

/** A colour that stands out from what is behind it: drawn until one does, at last black or white. */
function chooseInk({ mean, spread }: { mean: number; spread: number }, minContrast: number, random: Random): Colour {
  for (let attempt = 0; attempt < 20; attempt++) {
    const grey = 255 * random.uniform();
    const tinted = [0, 1, 2].map(() => Math.min(255, Math.max(0, grey + 30 * random.normal()))) as unknown as Colour;
    if (Math.abs(luminance(tinted) - mean) >= Math.max(minContrast, 2 * spread)) return tinted;
  }
  return mean > 127 ? [0, 0, 0] : [255, 255, 255];
}

/** Lays a colour over a picture where something covers it. */
function paint(picture: Float32Array, cover: Float32Array, ink: Colour): void {
  for (let p = 0; p < cover.length; p++) {
    const share = cover[p] as number;
    if (share === 0) continue;
    for (let c = 0; c < 3; c++)
      picture[3 * p + c] = (1 - share) * (picture[3 * p + c] as number) + share * (ink[c] as number);
  }
}

/** Each pixel with a share of its neighbours, along rows and then columns. */
function blur(picture: Float32Array, height: number, width: number, share: number): Float32Array {
  const row = 3 * width;
  const rows = new Float32Array(picture.length);
  for (let at = 0; at < picture.length; at++) {
    const place = at % row;
    const value = picture[at] as number;
    const before = place >= 3 ? (picture[at - 3] as number) : value;
    const after = place < row - 3 ? (picture[at + 3] as number) : value;
    rows[at] = (1 - share) * value + (share / 2) * (before + after);
  }
  const result = new Float32Array(picture.length);
  for (let at = 0; at < rows.length; at++) {
    const value = rows[at] as number;
    const before = at >= row ? (rows[at - row] as number) : value;
    const after = at < row * (height - 1) ? (rows[at + row] as number) : value;
    result[at] = (1 - share) * value + (share / 2) * (before + after);
  }
  return result;
}

/** Rounded and cut to bytes, with grain of the given standard deviation. */
function toBytes(picture: Float32Array, noise: number, random: Random): Uint8Array {
  const bytes = new Uint8ClampedArray(picture.length);
  for (let at = 0; at < picture.length; at++) bytes[at] = (picture[at] as number) + noise * grain(random);
  return new Uint8Array(bytes.buffer);
}
