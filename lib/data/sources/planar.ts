// Images stored plane by plane, as samples [height, width, channels].
import type { Shape } from '../../tensor/shape.js';
import { Dataset } from '../dataset.js';
import { sourceOrder } from '../order.js';
import type { IdxSample } from './idx.js';
import type { Rows } from './rows.js';

/** Bytes between neighbours along each axis of a stored image, which begins at `start` in its record. */
export interface ImageLayout {
  readonly start: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Distance from row to row, pixel to pixel, channel to channel. */
  readonly strides: readonly [row: number, column: number, channel: number];
}

/** A dataset of images in records, with labels (a row of `labelShape` per image) in memory. */
export function imageRecords(
  rows: Rows,
  layout: ImageLayout,
  labels: Int32Array,
  labelShape: Shape = [],
): Dataset<IdxSample> {
  const { height, width, channels } = layout;
  const perImage = labels.length / rows.count;
  return new Dataset<IdxSample>(sourceOrder(rows.count), async (indices) => {
    const records = await rows.gather(indices);
    const data = new Uint8Array(indices.length * height * width * channels);
    const targets = new Int32Array(indices.length * perImage);
    indices.forEach((index, n) => {
      interleave(records, n * rows.length, layout, data, n * height * width * channels);
      targets.set(labels.subarray(index * perImage, (index + 1) * perImage), n * perImage);
    });
    return {
      x: { data, shape: [indices.length, height, width, channels], dtype: 'uint8' },
      y: { data: targets, shape: [indices.length, ...labelShape], dtype: 'int32' },
    };
  });
}

function interleave(from: Uint8Array, record: number, layout: ImageLayout, to: Uint8Array, image: number): void {
  const { start, height, width, channels, strides } = layout;
  let at = image;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      let source = record + start + i * strides[0] + j * strides[1];
      for (let c = 0; c < channels; c++, source += strides[2]) to[at++] = from[source] as number;
    }
  }
}
