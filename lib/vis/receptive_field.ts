// What a unit of a layer sees of the image: the box it depends on, and how much of the box counts.
//
//   box        rows [centre − size / 2, centre + size / 2),  centre = start + row · jump        (see `model.summary()`)
//   effective  E(u, v) = mean over images and input channels of |∂ Σ_c y[row, column, c] / ∂x[u, v]|
//
// Luo, Li, Urtasun & Zemel 2016 (arXiv 1701.04128): the effective field is Gaussian-like, and much smaller than the box.
import { valueAndGradients } from '../autograd/gradients.js';
import type { AxisField } from '../layers/receptive_field.js';
import type { Model } from '../models/model.js';
import { slice } from '../ops/slice.js';
import { sum } from '../ops/sum.js';
import { checkBoolean, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { HeatMap } from './heat_map.js';
import type { Box } from './image8.js';
import { checkImageModel, checkImages, mapLayer } from './inspect.js';

/** A place in the maps of a layer. */
export interface Place {
  /** Path of the layer. */
  readonly layer: string;
  /** Default: the middle. */
  readonly position?: readonly [row: number, column: number];
}

/** The place in numbers, with the receptive field of its layer. */
function locate(subject: string, model: Model, { layer, position }: Place) {
  const { outputShape, receptiveField: field } = mapLayer(subject, model, layer);
  const [height, width] = outputShape as readonly [number, number, number];
  const middle = [Math.floor(height / 2), Math.floor(width / 2)] as const;
  const at = position ?? middle;
  const inside = (index: unknown, extent: number): boolean =>
    Number.isInteger(index) && (index as number) >= 0 && (index as number) < extent;
  if (!Array.isArray(at) || at.length !== 2 || !inside(at[0], height) || !inside(at[1], width))
    throw new ArgumentError(
      `${subject}: position must be [row, column] in the ${height}×${width} maps of layer '${layer}', but received ${show(position)}`,
    );
  const [row, column] = at as typeof middle;
  return { row, column, field };
}

/** Where an axis' interval begins and ends. */
function interval({ size, jump, start }: AxisField, position: number): readonly [first: number, end: number] {
  const centre = start + position * jump;
  return [Math.floor(centre - size / 2), Math.ceil(centre + size / 2)];
}

/**
 * The part of the image that a unit depends on.
 *
 * @param options.layer the layer's path @param options.position the unit's row and column, default the middle
 * @param options.whole whether the box is left whole where padding lets it reach beyond the image; by default it ends there
 * @throws ArgumentError for a path that is none of a layer with maps, and for a position outside them
 * @example
 * vis.receptiveField(model, { layer: 'features.3', position: [0, 0] }); // { top: 0, left: 0, bottom: 3, right: 3 }
 */
export function receptiveField(model: Model, options: Place & { readonly whole?: boolean }): Box {
  checkImageModel('receptiveField', model);
  checkOptions('receptiveField', options, ['layer', 'position', 'whole']);
  const { whole = false } = options;
  checkBoolean('receptiveField', 'whole', whole);
  const { row, column, field } = locate('receptiveField', model, options);
  const [height = 0, width = 0] = model.inputShape;
  if (!field) return { top: 0, left: 0, bottom: height, right: width };
  const [top, bottom] = interval(field.height, row);
  const [left, right] = interval(field.width, column);
  if (whole) return { top, left, bottom, right };
  const within = (value: number, extent: number): number => Math.min(Math.max(value, 0), extent);
  return {
    ...{ top: within(top, height), left: within(left, width) },
    ...{ bottom: within(bottom, height), right: within(right, width) },
  };
}

/**
 * How much each pixel counts for a unit, on average over images: the mean of |∂y/∂x| over images and channels, [height, width].
 *
 * @param images [batch, height, width, channels], a few dozen of them, or noise; bytes, if the model takes them
 * @param options.layer the layer's path @param options.position the unit's row and column, default the middle
 * @throws (rejects with) ArgumentError for a place that is none, ShapeError or DTypeError for images that do not fit
 * @example
 * const field = await vis.effectiveReceptiveField(model, images, { layer: 'features.16' });
 * await writeFile('field.png', field.png());
 */
export async function effectiveReceptiveField(model: Model, images: Tensor, options: Place): Promise<HeatMap> {
  const subject = 'effectiveReceptiveField';
  checkImageModel(subject, model);
  checkImages(subject, 'images', model, images);
  checkOptions(subject, options, ['layer', 'position']);
  const { row, column } = locate(subject, model, options);
  const { layer } = options;
  const isFloat = images.dtype === 'float32' || images.dtype === 'float64';
  const input = isFloat ? undefined : model.summary().rows[0]?.path; // what becomes of bytes
  const read = scope(() => {
    const { gradients } = valueAndGradients(
      () => {
        const { intermediates } = model.forwardWith(images, input === undefined ? [layer] : [layer, input]);
        const unit = slice(intermediates[layer] as Tensor, [0, row, column], [-1, 1, 1]);
        return { loss: sum(unit), at: input === undefined ? images : (intermediates[input] as Tensor) };
      },
      input === undefined ? [images] : [({ at }) => at],
    );
    return { slopes: (gradients[0] as Tensor).data() };
  });
  const slopes = await read.slopes;
  const [count, height, width, channels] = images.shape as readonly [number, number, number, number];
  const mean = new Float64Array(height * width);
  for (const [at, slope] of slopes.entries()) {
    const pixel = Math.floor(at / channels) % mean.length;
    mean[pixel] = (mean[pixel] as number) + Math.abs(slope) / (count * channels);
  }
  return new HeatMap(Float32Array.from(mean), [height, width]);
}
