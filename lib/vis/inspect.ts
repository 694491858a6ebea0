// What the methods ask of a model: its layers by path, and what they put out for a batch, in host memory.
import type { HostArray } from '../data/types.js';
import { Model } from '../models/model.js';
import type { SummaryRow } from '../models/summary.js';
import { show } from '../tensor/arguments.js';
import { checkTensor } from '../tensor/checks.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { scope } from '../tensor/scope.js';
import { elementCount, formatShape, isShape, type Shape, sameShape } from '../tensor/shape.js';
import { Tensor, tensor } from '../tensor/tensor.js';

/** @throws ArgumentError, ShapeError unless `model` takes images [height, width, channels] and has one output */
export function checkImageModel(subject: string, model: unknown): asserts model is Model {
  if (!(model instanceof Model)) throw new ArgumentError(`${subject}: expected a model, but received ${show(model)}`);
  const { inputShape, outputShape } = model as Model<never>;
  for (const [what, shapes] of [
    ['inputs', inputShape],
    ['outputs', outputShape],
  ] as const)
    if (!isShape(shapes))
      throw new ArgumentError(`${subject}: the model has several ${what} (${Object.keys(shapes).join(', ')})`);
  if ((inputShape as Shape).length !== 3)
    throw new ShapeError(
      `${subject}: the model must take images [height, width, channels], but takes ${formatShape(inputShape)}`,
    );
}

/** @throws ArgumentError, ShapeError unless `x` is a batch of images for the model; of `count` images, where that is given */
export function checkImages(
  subject: string,
  name: string,
  model: Model,
  x: unknown,
  count?: number,
): asserts x is Tensor {
  checkTensor(subject, name, x);
  const [batch = 0, ...image] = x.shape;
  if (batch > 0 && sameShape(image, model.inputShape) && (count === undefined || batch === count)) return;
  const expected = [count ?? 'batch', ...model.inputShape].join(', ');
  throw new ShapeError(`${subject}: ${name} must have shape [${expected}], but has ${formatShape(x.shape)}`);
}

/** The layer of that path. @throws ArgumentError where there is none, or where it puts out no maps [height, width, channels] */
export function mapLayer(subject: string, model: Model, path: unknown): SummaryRow {
  const row = layerOf(subject, model, path);
  if (row.outputShape.length !== 3)
    throw new ArgumentError(
      `${subject}: layer '${row.path}' puts out ${formatShape(row.outputShape)}, but maps [height, width, channels] are needed`,
    );
  return row;
}

/** The layer of that path. @throws ArgumentError where there is none */
export function layerOf(subject: string, model: Model, path: unknown): SummaryRow {
  const { rows } = model.summary();
  const row = rows.find((candidate) => candidate.path === path);
  if (row) return row;
  const paths = rows.map((candidate) => candidate.path);
  const some = paths.length > 12 ? `${paths.slice(0, 6).join(', ')} … ${paths.slice(-3).join(', ')}` : paths.join(', ');
  throw new ArgumentError(`${subject}: the model has no layer ${show(path)}; it has ${some}`);
}

/** The paths of all layers that put out maps [height, width, channels], in forward order. */
export function mapLayers(model: Model): string[] {
  return model.summary().rows.flatMap(({ path, outputShape }) => (outputShape.length === 3 ? [path] : []));
}

/** Numbers on the host, of whichever floating-point type, with their shape. */
export interface Activations {
  readonly data: Float32Array;
  readonly shape: Shape;
}

/**
 * What layers put out for a batch, computed in evaluation mode.
 *
 * @param transform is applied to each output before it is read, pooling for example
 */
export async function activationsOf(
  model: Model,
  x: Tensor | HostArray,
  paths: readonly string[],
  transform: (y: Tensor) => Tensor = (y) => y,
): Promise<Activations[]> {
  const reads = scope(() => {
    const { intermediates } = model.forwardWith(x instanceof Tensor ? x : tensor(x.data, x.shape), paths);
    return paths.map((path) => {
      const y = transform(intermediates[path] as Tensor);
      return { data: y.data(), shape: y.shape };
    });
  });
  const arrays = await Promise.all(reads.map(({ data }) => data));
  return reads.map(({ shape }, i) => ({ data: Float32Array.from(arrays[i] as Float32Array), shape }));
}

/** One image of a batch. */
export function imageOf({ data, shape, dtype }: HostArray, row: number): HostArray {
  const image = shape.slice(1);
  const size = elementCount(image);
  return { data: data.slice(row * size, (row + 1) * size), shape: image, dtype };
}
