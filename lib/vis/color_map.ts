// Colours for numbers. They are paths through Oklab (Ottosson 2020, bottosson.github.io/posts/oklab), where distances are those
// that the eye sees, so that equal steps of a number look equal; a colour that no screen has keeps its hue and loses chroma.
//
//   'sequential'   dark violet → blue → green → yellow: lightness rises evenly, and tells the number without colour, too
//   'diverging'    blue → white → red: for numbers of both signs, with zero in the middle
//   'grey'         black → white
import { checkChoice } from '../tensor/arguments.js';
import type { Color } from './canvas.js';

/** Names of the colour maps. */
export const colorMaps = ['sequential', 'diverging', 'grey'] as const;
export type ColorMapName = (typeof colorMaps)[number];

const steps = 256;

type Lch = readonly [lightness: number, chroma: number, hue: number];

const paths: Readonly<Record<ColorMapName, (t: number) => Lch>> = {
  sequential: (t) => [0.25 + 0.67 * t, 0.095 + 0.035 * (2 * t - 1) ** 2, 305 - 200 * t],
  diverging: (t) => [0.97 - 0.52 * Math.abs(2 * t - 1), 0.19 * Math.abs(2 * t - 1), t < 0.5 ? 258 : 27],
  grey: (t) => [Math.cbrt(t <= 0.04045 ? t / 12.92 : ((t + 0.055) / 1.055) ** 2.4), 0, 0], // bytes rise evenly
};

/** Linear red, green and blue of a colour; outside [0, 1] where no screen shows it. */
function linearOf([lightness, chroma, hue]: Lch): number[] {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

const gamma = (u: number): number => (u <= 0.0031308 ? 12.92 * u : 1.055 * u ** (1 / 2.4) - 0.055);

function shown([lightness, chroma, hue]: Lch): Color {
  let [low, high] = [0, chroma];
  const fits = (c: number): boolean => linearOf([lightness, c, hue]).every((u) => u >= -1e-4 && u <= 1 + 1e-4);
  if (fits(chroma)) low = chroma;
  else
    for (let round = 0; round < 20; round++) {
      const middle = (low + high) / 2;
      if (fits(middle)) low = middle;
      else high = middle;
    }
  const bytes = linearOf([lightness, low, hue]).map((u) => Math.round(255 * gamma(Math.min(Math.max(u, 0), 1))));
  return bytes as readonly number[] as Color;
}

const tables = new Map<ColorMapName, readonly Color[]>();

/** The colours of a map, from that of the lowest number to that of the highest: 256 of them. @throws ArgumentError for an unknown name */
export function colorsOf(name: ColorMapName): readonly Color[] {
  checkChoice('colorsOf', 'name', name, colorMaps);
  let table = tables.get(name);
  if (!table) {
    table = Array.from({ length: steps }, (_, i) => shown(paths[name](i / (steps - 1))));
    tables.set(name, table);
  }
  return table;
}
