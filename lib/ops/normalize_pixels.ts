// Not differentiable: pixels are data.
import { native } from '../native.js';
import { checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { checkTensorDType } from '../tensor/checks.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import { empty, type Tensor, tensor } from '../tensor/tensor.js';

declare module '../native.js' {
  interface Native {
    /** y ← x · scale + shift, by channel. */
    normalizePixels(x: Handle, scale: Handle, shift: Handle, y: Handle): void;
  }
}

/** Options of {@link normalizePixels}: of pixels in [0, 1], one number for all channels or one per channel. */
export interface NormalizePixelsOptions {
  /** Subtracted; default 0. */
  readonly mean?: number | readonly number[];
  /** Divided by; default 1. */
  readonly standardDeviation?: number | readonly number[];
}

const subject = 'normalizePixels';

function perChannel(name: string, value: number | readonly number[], channels: number): readonly number[] {
  if (!Array.isArray(value)) {
    checkNumber(subject, name, value);
    return new Array<number>(channels).fill(value);
  }
  if (value.length !== channels)
    throw new ArgumentError(
      `${subject}: ${name} must be a number or one per channel, but received ${value.length} for ${channels} channels`,
    );
  for (const [channel, number] of value.entries()) checkNumber(subject, `${name}[${channel}]`, number);
  return value;
}

/** The statistics of each channel, checked. @throws ArgumentError for invalid or unknown options @internal */
export function pixelStatistics(
  options: NormalizePixelsOptions,
  channels: number,
): { means: readonly number[]; deviations: readonly number[] } {
  checkOptions(subject, options, ['mean', 'standardDeviation']);
  const { mean = 0, standardDeviation = 1 } = options;
  const means = perChannel('mean', mean, channels);
  const deviations = perChannel('standardDeviation', standardDeviation, channels);
  if (deviations.some((deviation) => deviation <= 0))
    throw new ArgumentError(`${subject}: standardDeviation must be positive, but received ${show(standardDeviation)}`);
  return { means, deviations };
}

/**
 * Pixels 0 … 255 as normalised numbers: (x / 255 − mean) / standardDeviation.
 *
 * @param x uint8 tensor [..., channels]
 * @returns a float32 tensor of the same shape
 * @throws DTypeError unless x is uint8; ShapeError without channels; ArgumentError for invalid options
 * @example
 * const x = ops.normalizePixels(images, { mean: 0.1307, standardDeviation: 0.3081 }); // MNIST
 */
export function normalizePixels(x: Tensor, options: NormalizePixelsOptions = {}): Tensor {
  checkTensorDType(subject, 'x', x, 'uint8');
  const channels = x.shape.at(-1) ?? 0;
  if (channels === 0)
    throw new ShapeError(`${subject}: x must have shape [..., channels], but has ${formatShape(x.shape)}`);
  const { means, deviations } = pixelStatistics(options, channels);
  const y = empty(x.shape, 'float32');
  const scale = tensor(Float32Array.from(deviations, (deviation) => 1 / (255 * deviation)));
  const shift = tensor(Float32Array.from(deviations, (deviation, channel) => -(means[channel] as number) / deviation));
  native.normalizePixels(x.handle, scale.handle, shift.handle, y.handle);
  scale.dispose();
  shift.dispose();
  return y;
}
