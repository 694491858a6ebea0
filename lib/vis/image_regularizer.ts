// What keeps an image that an ascent changes recognisable (Yosinski et al. 2015, https://arxiv.org/abs/1506.06579, section 4),
// applied to its pixels after each step: decay, blur, and the removal of pixels that are small or contribute little.
import { checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';

/** Options of the regularisation of pixels; what is left out is not done. */
export interface RegularizeOptions {
  /** Share that every pixel loses in a step, from 0 to 1: x ← (1 − decay) x. */
  readonly decay?: number;
  /** Steps from one blur to the next, default 4 where there is a `blurRadius`. */
  readonly blurEvery?: number;
  /** Standard deviation, in pixels, of the Gaussian to blur with. */
  readonly blurRadius?: number;
  /** Per cent of the pixels, those of the smallest norm over the channels, that become 0. */
  readonly smallNorm?: number;
  /** Per cent of the pixels, those of the smallest |Σ_c x · ∂S/∂x|, that become 0. */
  readonly smallContribution?: number;
}

type Floats = Float32Array | Float64Array;

/** @throws ArgumentError for invalid or unknown options */
export function checkRegularize(subject: string, options: RegularizeOptions): void {
  checkOptions(subject, options, ['decay', 'blurEvery', 'blurRadius', 'smallNorm', 'smallContribution']);
  const { decay = 0, blurEvery = 4, blurRadius = 0, smallNorm = 0, smallContribution = 0 } = options;
  checkNumber(subject, 'decay', decay, 0, 1);
  checkInteger(subject, 'blurEvery', blurEvery);
  checkNumber(subject, 'blurRadius', blurRadius, 0);
  checkNumber(subject, 'smallNorm', smallNorm, 0, 100);
  checkNumber(subject, 'smallContribution', smallContribution, 0, 100);
}

/** Regularises pixels [height, width, channels] in place after a step, given their gradient; steps count from 1. */
export function regularize(
  pixels: Floats,
  gradient: Floats,
  [height, width, channels]: readonly [number, number, number],
  step: number,
  { decay = 0, blurEvery = 4, blurRadius = 0, smallNorm = 0, smallContribution = 0 }: RegularizeOptions,
): void {
  if (decay > 0) for (const [at, value] of pixels.entries()) pixels[at] = (1 - decay) * value;
  if (blurRadius > 0 && step % blurEvery === 0) {
    blur(pixels, height, width * channels, blurRadius);
    for (let row = 0; row < height; row++) {
      const line = pixels.subarray(row * width * channels, (row + 1) * width * channels);
      blur(line, width, channels, blurRadius);
    }
  }
  const overChannels = (term: (at: number) => number): Float64Array =>
    Float64Array.from({ length: height * width }, (_, pixel) => {
      let total = 0;
      for (let at = pixel * channels; at < (pixel + 1) * channels; at++) total += term(at);
      return Math.abs(total);
    });
  const [norms, contributions] = [
    smallNorm > 0 && overChannels((at) => (pixels[at] as number) ** 2),
    smallContribution > 0 && overChannels((at) => (pixels[at] as number) * (gradient[at] as number)),
  ];
  if (norms) clear(pixels, channels, norms, smallNorm);
  if (contributions) clear(pixels, channels, contributions, smallContribution);
}

/** Sets that many per cent of the pixels to zero, those of the smallest sizes. */
function clear(pixels: Floats, channels: number, sizes: Float64Array, percent: number): void {
  const count = Math.round((sizes.length * percent) / 100);
  const order = Array.from(sizes.keys()).sort((a, b) => (sizes[a] as number) - (sizes[b] as number));
  for (const pixel of order.slice(0, count)) pixels.fill(0, pixel * channels, (pixel + 1) * channels);
}

/** Blurs values [extent, inner] along the first axis; weights sum to 1 at the border, too. */
function blur(values: Floats, extent: number, inner: number, radius: number): void {
  const reach = Math.min(Math.ceil(3 * radius), extent - 1);
  const weights = Float64Array.from({ length: reach + 1 }, (_, distance) =>
    Math.exp(-(distance ** 2) / (2 * radius ** 2)),
  );
  const line = new Float64Array(extent);
  for (let lane = 0; lane < inner; lane++) {
    for (let i = 0; i < extent; i++) line[i] = values[i * inner + lane] as number;
    for (let i = 0; i < extent; i++) {
      let [total, weight] = [0, 0];
      for (let j = Math.max(0, i - reach); j <= Math.min(extent - 1, i + reach); j++) {
        const w = weights[Math.abs(j - i)] as number;
        total += w * (line[j] as number);
        weight += w;
      }
      values[i * inner + lane] = total / weight;
    }
  }
}
