// Convolutions and pooling: ONNX's windows as ours.
import { ops, type Padding, type Side, type Tensor } from 'convgrad';
import {
  type Call,
  channelsLast,
  channelsSecond,
  filterLast,
  floatInput,
  numberAttribute,
  numbersAttribute,
  optionalFloat,
  Skip,
  textAttribute,
  withChannelsLast,
} from './values.js';

type Named = 'same' | 'sameLower' | 'valid';
const named: Readonly<Record<string, Named>> = { SAME_UPPER: 'same', SAME_LOWER: 'sameLower', VALID: 'valid' };

/** Calls the 1-D or 2-D form of an op. */
function byRank<R>(x: Tensor, one: () => R, two: () => R): R {
  const rank = x.shape.length - 2;
  if (rank === 1) return one();
  if (rank === 2) return two();
  throw new Skip(`windows over ${rank} axes; we have 1 and 2`);
}

const pairOf = (values: readonly number[]): readonly [number, number] => [values[0] as number, values[1] as number];

/** Padding per axis, or its name. */
function sidesOf(call: Call, axes: number): Named | Side[] {
  const name = named[textAttribute(call, 'auto_pad', 'NOTSET')];
  if (name) return name;
  const pads = numbersAttribute(call, 'pads') ?? [];
  return Array.from({ length: axes }, (_, axis) => [pads[axis] ?? 0, pads[axes + axis] ?? 0]);
}

const padding1d = (sides: Named | Side[]): Named | Side => (typeof sides === 'string' ? sides : (sides[0] as Side));
const padding2d = (sides: Named | Side[]): Padding =>
  typeof sides === 'string' ? sides : { h: sides[0] as Side, w: sides[1] as Side };

interface Windows {
  readonly axes: number;
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly sides: Named | Side[];
}

function windowsOf(call: Call, x: Tensor): Windows {
  const axes = x.shape.length - 2;
  const each = (name: string) => numbersAttribute(call, name) ?? Array.from({ length: axes }, () => 1);
  return { axes, strides: each('strides'), dilations: each('dilations'), sides: sidesOf(call, axes) };
}

export function conv(call: Call): Tensor {
  const x = floatInput(call, 0);
  const filter = filterLast(floatInput(call, 1));
  const bias = optionalFloat(call, 2);
  const { strides, dilations, sides } = windowsOf(call, x);
  const more = { groups: numberAttribute(call, 'group', 1), ...(bias && { bias }) };
  return withChannelsLast(x, (images) =>
    byRank(
      x,
      () =>
        ops.conv1d(images, filter, {
          ...more,
          strides: strides[0] as number,
          dilations: dilations[0] as number,
          padding: padding1d(sides),
        }),
      () =>
        ops.conv2d(images, filter, {
          ...more,
          strides: pairOf(strides),
          dilations: pairOf(dilations),
          padding: padding2d(sides),
        }),
    ),
  );
}

/** Sides and output padding that give `output_shape`: what is missing goes to the end, as in the reference. */
function fromOutputShape(call: Call, x: Tensor, filter: Tensor, { axes, strides, dilations, sides }: Windows) {
  const outputPadding = [...(numbersAttribute(call, 'output_padding') ?? Array.from({ length: axes }, () => 0))];
  const wanted = numbersAttribute(call, 'output_shape');
  if (!wanted) return { sides, outputPadding };
  const cut = Array.from({ length: axes }, (_, axis): Side => {
    const kernel = (dilations[axis] as number) * ((filter.shape[axis] as number) - 1) + 1;
    const full = (strides[axis] as number) * ((x.shape[axis + 2] as number) - 1) + kernel;
    const total = full + (outputPadding[axis] as number) - (wanted[axis] as number);
    if (total < 0) outputPadding[axis] = (outputPadding[axis] as number) - total;
    const less = Math.floor(Math.max(total, 0) / 2);
    return sides === 'same' ? [less, Math.max(total, 0) - less] : [Math.max(total, 0) - less, less];
  });
  return { sides: cut, outputPadding };
}

export function convTranspose(call: Call): Tensor {
  const x = floatInput(call, 0);
  const filter = filterLast(floatInput(call, 1));
  const bias = optionalFloat(call, 2);
  const windows = windowsOf(call, x);
  const { strides, dilations } = windows;
  const { sides, outputPadding } = fromOutputShape(call, x, filter, windows);
  const more = { groups: numberAttribute(call, 'group', 1), ...(bias && { bias }) };
  return withChannelsLast(x, (images) =>
    byRank(
      x,
      () =>
        ops.conv1dTranspose(images, filter, {
          ...more,
          strides: strides[0] as number,
          dilations: dilations[0] as number,
          padding: padding1d(sides),
          outputPadding: outputPadding[0] as number,
        }),
      () =>
        ops.conv2dTranspose(images, filter, {
          ...more,
          strides: pairOf(strides),
          dilations: pairOf(dilations),
          padding: padding2d(sides),
          outputPadding: pairOf(outputPadding),
        }),
    ),
  );
}

function pool(call: Call, countIncludePad?: boolean): Tensor {
  const x = floatInput(call, 0);
  if (call.outputs > 1) throw new Skip('positions of maxima counted over the whole tensor; ours are kept per window');
  const { strides, dilations, sides } = windowsOf(call, x);
  if (dilations.some((d) => d > 1)) throw new Skip('pooling windows with dilation; ours have none');
  const poolSize = numbersAttribute(call, 'kernel_shape') ?? [];
  const ceilMode = numberAttribute(call, 'ceil_mode', 0) === 1;
  return withChannelsLast(x, (images) =>
    byRank(
      x,
      () => {
        const window = {
          poolSize: poolSize[0] as number,
          strides: strides[0] as number,
          padding: padding1d(sides),
          ceilMode,
        };
        return countIncludePad === undefined
          ? ops.maxPool1d(images, window)
          : ops.averagePool1d(images, { ...window, countIncludePad });
      },
      () => {
        const window = {
          poolSize: pairOf(poolSize),
          strides: pairOf(strides),
          padding: padding2d(sides),
          ceilMode,
        };
        return countIncludePad === undefined
          ? ops.maxPool2d(images, window)
          : ops.averagePool2d(images, { ...window, countIncludePad });
      },
    ),
  );
}

export const maxPool = (call: Call): Tensor => pool(call);
export const averagePool = (call: Call): Tensor => pool(call, numberAttribute(call, 'count_include_pad', 0) === 1);

/** Pooling over all of an image; the axes stay, with extent 1. */
export const globalPool =
  (op: (x: Tensor) => Tensor) =>
  (call: Call): Tensor => {
    const x = floatInput(call, 0);
    if (x.shape.length !== 4) throw new Skip(`global pooling over ${x.shape.length - 2} axes; ours is over 2`);
    const y = op(channelsLast(x));
    return channelsSecond(ops.reshape(y, [y.shape[0] as number, 1, 1, y.shape[1] as number]));
  };
