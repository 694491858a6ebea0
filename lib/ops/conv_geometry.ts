// What convolutions share: the numbers their kernels take, and the checks of input and filter.
import { checkInteger } from '../tensor/arguments.js';
import { checkFloat, checkRank, checkSameDType } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import type { Window2d, WindowAxis } from '../tensor/padding.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

// biome-ignore format: a line per meaning
/** A convolution from [batch, height, width, channels] to [batch, outHeight, outWidth, filters], as the kernels take it. */
export type Geometry = readonly [
  batch: number, height: number, width: number, channels: number,
  kernelHeight: number, kernelWidth: number, filters: number,
  outHeight: number, outWidth: number,
  strideHeight: number, strideWidth: number,
  dilationHeight: number, dilationWidth: number,
  padTop: number, padLeft: number,
  groups: number,
];

/** The numbers of a convolution with that window. */
export function geometryOf(
  batch: number,
  channels: number,
  filters: number,
  groups: number,
  { height, width }: Window2d,
): Geometry {
  // biome-ignore format: a line per meaning
  return [
    batch, height.input, width.input, channels,
    height.kernel, width.kernel, filters,
    height.out, width.out,
    height.stride, width.stride,
    height.dilation, width.dilation,
    height.before, width.before,
    groups,
  ];
}

/** The axis of height 1 that makes an image of a sequence. */
export const singleRow: WindowAxis = {
  input: 1,
  kernel: 1,
  stride: 1,
  dilation: 1,
  before: 0,
  after: 0,
  out: 1,
  unread: 0,
};

export const imageAxes = '[batch, height, width, channels]';
export const sequenceAxes = '[batch, length, channels]';

/** Checks input and filter for rank, float dtype and the same dtype; `axes` and `filterAxes` name the axes. */
export function checkOperands(
  subject: string,
  x: Tensor,
  axes: string,
  filter: Tensor,
  filterAxes: string,
  filterName = 'filter',
): void {
  checkFloat(subject, 'x', x);
  checkRank(subject, 'x', x, axes.split(',').length, axes);
  checkFloat(subject, filterName, filter);
  checkRank(subject, filterName, filter, filterAxes.split(',').length, filterAxes);
  checkSameDType(subject, filterName, filter, 'x', x);
}

/** Checks that a filter [..., channels / groups, filters] fits the channels of x. @throws ShapeError otherwise. */
export function checkChannels(subject: string, x: Tensor, filter: Tensor, groups: number): void {
  checkInteger(subject, 'groups', groups);
  const channels = x.shape.at(-1) as number;
  const [depth, filters] = filter.shape.slice(-2) as [number, number];
  if (channels !== depth * groups) {
    const expected = groups === 1 ? `expects ${depth}` : `in ${groups} groups expects ${depth * groups}`;
    throw new ShapeError(`${subject}: input has ${channels} channels, filter ${formatShape(filter.shape)} ${expected}`);
  }
  if (filters % groups !== 0)
    throw new ShapeError(
      `${subject}: ${groups} groups do not divide the ${filters} filters of ${formatShape(filter.shape)}`,
    );
}
