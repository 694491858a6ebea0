// Which number of a network a method asks about: the score of a class, or a unit of a layer inside.
import { argMax } from '../ops/arg_max.js';
import { max } from '../ops/max.js';
import { mean } from '../ops/mean.js';
import { multiply } from '../ops/multiply.js';
import { reshape } from '../ops/reshape.js';
import { slice } from '../ops/slice.js';
import { sum } from '../ops/sum.js';
import { checkInteger, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { isRecord } from '../tensor/named.js';
import { elementCount, formatShape, type Shape } from '../tensor/shape.js';
import { type Tensor, tensor } from '../tensor/tensor.js';

/** A channel of a layer, or one unit of it. */
export interface Unit {
  /** Path of the layer, as `model.forwardWith` takes it; default: the scores of the model. */
  readonly layer?: string;
  /** Class or channel: the index along the last axis. */
  readonly channel: number;
  /**
   * Where in the channel: [row, column], `'strongest'` for the place of its largest activation in each image, or `'mean'` over all
   * places. Default `'strongest'`, but for class models, which have no image to begin with, `'mean'`.
   */
  readonly position?: readonly number[] | 'strongest' | 'mean';
}

/** A class, one class per image, `'best'` for the class of the highest score of each image, or a unit of some layer. */
export type Target = 'best' | number | readonly number[] | Unit;

/** A target that fits the values it chooses from. */
export interface Chosen {
  /** One per image; undefined for the best. */
  readonly channels: readonly number[] | undefined;
  readonly position: NonNullable<Unit['position']>;
}

/**
 * Checks a target.
 *
 * @param shape of the values to choose from, [..., channels], without the batch
 * @param batch how many images there are
 * @throws ArgumentError unless it is a target among those values
 */
export function chooseTarget(
  subject: string,
  target: unknown,
  shape: Shape,
  batch: number,
  where: Chosen['position'] = 'strongest',
): Chosen {
  if (target === 'best') return { channels: undefined, position: where };
  if (!isRecord(target)) return { channels: channelsOf(subject, 'target', target, shape, batch), position: where };
  const { channel, position = where } = target as Partial<Unit>;
  return {
    channels: channelsOf(subject, 'target.channel', channel, shape, batch),
    position: checkPosition(subject, position, shape),
  };
}

/** The layer a target is in. @throws ArgumentError for what is no path, and for unknown options */
export function targetLayer(subject: string, target: unknown): string | undefined {
  if (!isRecord(target)) return undefined;
  checkOptions(`${subject}: target`, target, ['layer', 'channel', 'position']);
  const { layer } = target;
  if (layer !== undefined && typeof layer !== 'string')
    throw new ArgumentError(`${subject}: target.layer must be the path of a layer, but received ${show(layer)}`);
  return layer;
}

function channelsOf(subject: string, name: string, given: unknown, shape: Shape, batch: number): readonly number[] {
  const several = Array.isArray(given) && name === 'target';
  if (several && given.length !== batch)
    throw new ArgumentError(`${subject}: ${name} has ${given.length} classes for ${batch} images`);
  if (!several && typeof given !== 'number')
    throw new ArgumentError(
      `${subject}: ${name} must be ${name === 'target' ? "a class, a class per image, 'best' or { layer, channel }" : 'a channel'}, but received ${show(given)}`,
    );
  const channels: readonly unknown[] = several ? given : new Array<unknown>(batch).fill(given);
  const count = shape.at(-1) as number;
  for (const channel of channels) {
    checkInteger(subject, name, channel, 0);
    if (channel >= count)
      throw new ArgumentError(`${subject}: ${name} ${channel} is not below ${count}, the number of channels`);
  }
  return channels as readonly number[];
}

function checkPosition(subject: string, position: unknown, shape: Shape): Chosen['position'] {
  if (position === 'strongest' || position === 'mean') return position;
  const extents = shape.slice(0, -1);
  const inside = (at: unknown, axis: number) =>
    Number.isInteger(at) && (at as number) >= 0 && (at as number) < (extents[axis] as number);
  if (Array.isArray(position) && position.length === extents.length && position.every(inside)) return position;
  throw new ArgumentError(
    `${subject}: target.position must be 'strongest', 'mean' or a place in ${formatShape(extents)}, but received ${show(position)}`,
  );
}

/** The number asked about for each image, [batch], of values [batch, ..., channels]. */
export function scoresOf(values: Tensor, { channels, position }: Chosen): Tensor {
  const [batch = 0, ...rest] = values.shape;
  if (channels === undefined) return max(values, { axes: rest.map((_, axis) => axis + 1) });
  const chosen = alongChannels(values, channels);
  const places = rest.slice(0, -1).map((_, axis) => axis + 1);
  if (places.length === 0) return chosen;
  if (position === 'mean') return mean(chosen, { axes: places });
  if (position === 'strongest') return max(chosen, { axes: places });
  return reshape(slice(chosen, [0, ...position], [-1, ...position.map(() => 1)]), [batch]);
}

/** Each image's channel, [batch, ...]. */
function alongChannels(values: Tensor, channels: readonly number[]): Tensor {
  const [batch = 0, ...rest] = values.shape;
  const places = rest.slice(0, -1);
  const count = rest.at(-1) as number;
  const [first = 0] = channels;
  if (channels.every((channel) => channel === first)) {
    const [begin, size] = [places.map(() => 0), places.map(() => -1)];
    return reshape(slice(values, [0, ...begin, first], [-1, ...size, 1]), [batch, ...places]);
  }
  const mask = new Float64Array(batch * count);
  for (const [image, channel] of channels.entries()) mask[image * count + channel] = 1;
  const oneHot = tensor(mask, [batch, ...places.map(() => 1), count], values.dtype);
  return sum(multiply(values, oneHot), { axes: rest.length });
}

/** The class, or channel, asked about for each image. */
export async function channelsIn(values: Tensor, { channels }: Chosen): Promise<readonly number[]> {
  if (channels !== undefined) return channels;
  const [batch = 0, ...rest] = values.shape;
  const strongest = await argMax(reshape(values, [batch, elementCount(rest)])).data();
  return Array.from(strongest, (at) => at % (rest.at(-1) as number));
}
