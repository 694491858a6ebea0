// The outputs of a model for many inputs, in evaluation mode.
import type { BatchSource, HostArray } from '../data/types.js';
import { checkInteger, checkOptions, show } from '../tensor/arguments.js';
import { allocateTypedArray, dtypeOf, type TypedArray } from '../tensor/dtype.js';
import { ArgumentError } from '../tensor/errors.js';
import { scope } from '../tensor/scope.js';
import { checkShape, elementCount, formatShape, type Shape } from '../tensor/shape.js';
import { Tensor, tensor } from '../tensor/tensor.js';
import { checkModel, checkSignal } from './options.js';
import type { Trainable } from './trainable.js';

/** Inputs: a tensor or array [batch, ...inputShape], or a dataset, of which only the inputs are used. */
export type PredictInput = Tensor | Pick<HostArray, 'data' | 'shape'> | BatchSource;

/** Options of `predict`. */
export interface PredictOptions {
  /** Samples that are computed together where the input is an array, default 256. */
  readonly batchSize?: number;
  /** Aborting it rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

interface Piece {
  readonly data: Promise<TypedArray>;
  readonly shape: Shape;
}

/** Batches on their way while the next one is enqueued. */
const RUN_AHEAD = 2;

/**
 * The outputs of a model; dropout and the like are off.
 *
 * @returns the outputs in the order of the inputs, [batch, ...outputShape]
 * @throws (rejects with) ArgumentError for an invalid or unknown option or no input; ShapeError or DTypeError naming the layer where
 *   the input does not fit; the signal's reason once it is aborted
 * @example
 * const { data, shape } = await predict(model, { data: pixels, shape: [10, 28, 28, 1] });
 * shape; // [10, 10]
 */
export async function predict(model: Trainable, x: PredictInput, options: PredictOptions = {}): Promise<HostArray> {
  checkModel('predict', model);
  checkOptions('predict', options, ['batchSize', 'signal']);
  const { batchSize = 256, signal } = options;
  checkInteger('predict', 'batchSize', batchSize);
  checkSignal('predict', signal);

  const pieces: Piece[] = [];
  for await (const input of inputs(x, batchSize, signal)) {
    signal?.throwIfAborted();
    pieces.push(scope(() => run(model, input)));
    await pieces[pieces.length - 1 - RUN_AHEAD]?.data;
  }
  return joined(pieces);
}

function run(model: Trainable, input: Tensor | Pick<HostArray, 'data' | 'shape'>): Piece {
  const output = model.forward(input instanceof Tensor ? input : tensor(input.data, input.shape));
  const data = output.data();
  data.catch(() => {}); // a failure counts when its turn comes
  return { data, shape: output.shape };
}

async function* inputs(
  x: PredictInput,
  batchSize: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Tensor | Pick<HostArray, 'data' | 'shape'>> {
  if (x instanceof Tensor) yield x;
  else if (typeof (x as Partial<BatchSource>)?.batches === 'function') {
    for await (const batch of (x as BatchSource).batches({ signal })) yield batch.x;
  } else if (ArrayBuffer.isView((x as Partial<HostArray>)?.data)) yield* rows(x as HostArray, batchSize);
  else
    throw new ArgumentError(
      `predict: expected a tensor, an array with data and shape, or a dataset with batches, but received ${show(x)}`,
    );
}

/** The array in parts of `batchSize` rows, as views. */
function* rows(
  { data, shape }: Pick<HostArray, 'data' | 'shape'>,
  batchSize: number,
): Generator<Pick<HostArray, 'data' | 'shape'>> {
  checkShape('predict: x', shape);
  if (elementCount(shape) !== data.length)
    throw new ArgumentError(`predict: x has shape ${formatShape(shape)} but ${data.length} elements`);
  const [count = 0, ...rest] = shape;
  const size = elementCount(rest);
  for (let start = 0; start < count; start += batchSize) {
    const end = Math.min(start + batchSize, count);
    yield { data: data.subarray(start * size, end * size), shape: [end - start, ...rest] };
  }
}

/** The pieces one after the other. */
async function joined(pieces: readonly Piece[]): Promise<HostArray> {
  const arrays = await Promise.all(pieces.map(({ data }) => data));
  const [first] = arrays;
  if (first === undefined) throw new ArgumentError('predict: there is no input');
  const dtype = dtypeOf(first);
  const data = allocateTypedArray(
    dtype,
    arrays.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const array of arrays) {
    data.set(array, at);
    at += array.length;
  }
  const rowsGiven = pieces.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  return { data, shape: [rowsGiven, ...(pieces[0] as Piece).shape.slice(1)], dtype };
}
