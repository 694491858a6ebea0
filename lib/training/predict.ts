// The outputs of a model for many inputs, in evaluation mode.
import type { Precision } from '../autograd/precision.js';
import { isHostArray, rowsOf, upload } from '../data/host_arrays.js';
import type { AnySample, BatchSource, HostArray, HostArrays, HostArraysOf, Sample } from '../data/types.js';
import { checkInteger, checkOptions } from '../tensor/arguments.js';
import { allocateTypedArray, dtypeOf, type TypedArray } from '../tensor/dtype.js';
import { ArgumentError } from '../tensor/errors.js';
import {
  entriesOf,
  isRecord,
  isTensor,
  mapNamed,
  nameOf,
  type OneOrNamed,
  type Replaced,
  showRecord,
  type Tensors,
} from '../tensor/named.js';
import { scope } from '../tensor/scope.js';
import { checkShape, elementCount, formatShape, type Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkPrecisionFor, forwardIn } from './forward_in.js';
import { checkModel, checkSignal } from './options.js';
import type { Trainable } from './trainable.js';

/** Elements with their shape. */
type PlainArray = Pick<HostArray, 'data' | 'shape'>;

/**
 * Inputs: a tensor or array [batch, ...inputShape], or a dataset, of which only the inputs are used. For a model with several
 * inputs, a record of tensors, a record of arrays, or a dataset of such records.
 */
export type PredictInput<Input extends Tensors = Tensor> =
  | Input
  | Replaced<Input, Tensor, PlainArray>
  | BatchSource<Sample<HostArraysOf<Input>, HostArrays>>;

/** Options of `predict`. */
export interface PredictOptions {
  /** Samples that are computed together where the input is an array, default 256. */
  readonly batchSize?: number;
  /** The arithmetic of convolutions and matrix products, default `'float32'`; see `fit`. Outputs are float32 all the same. */
  readonly precision?: Precision;
  /** Aborting it rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A part of the outputs on its way. */
interface Piece {
  readonly data: Promise<TypedArray>;
  readonly shape: Shape;
}

const isPiece = (value: unknown): value is Piece => (value as Partial<Piece>).data instanceof Promise;

/** Batches on their way while the next one is enqueued. */
const RUN_AHEAD = 2;

/**
 * The outputs of a model; dropout and the like are off.
 *
 * @returns the outputs in the order of the inputs, [batch, ...outputShape]; a record of them for a model with several outputs
 * @throws (rejects with) ArgumentError for an invalid or unknown option or no input; ShapeError or DTypeError naming the layer where
 *   the input does not fit; the signal's reason once it is aborted
 * @example
 * const { data, shape } = await predict(model, { data: pixels, shape: [10, 28, 28, 1] });
 * shape; // [10, 10]
 */
export async function predict<Input extends Tensors = Tensor, Output extends Tensors = Tensor>(
  model: Trainable<Input, Output>,
  x: PredictInput<NoInfer<Input>>,
  options: PredictOptions = {},
): Promise<HostArraysOf<Output>> {
  checkModel('predict', model);
  checkOptions('predict', options, ['batchSize', 'precision', 'signal']);
  const { batchSize = 256, precision = 'float32', signal } = options;
  checkInteger('predict', 'batchSize', batchSize);
  checkPrecisionFor('predict', precision, model);
  checkSignal('predict', signal);

  const pieces: OneOrNamed<Piece>[] = [];
  for await (const uploaded of inputs(x, batchSize, signal)) {
    signal?.throwIfAborted();
    pieces.push(scope(() => read(forwardIn(precision, () => model.forward(uploaded() as Input)))));
    const settling = pieces[pieces.length - 1 - RUN_AHEAD];
    for (const [, { data }] of settling ? entriesOf(settling, isPiece) : []) await data;
  }
  const [first] = pieces;
  if (first === undefined) throw new ArgumentError('predict: there is no input');
  const outputs = entriesOf(first, isPiece).map(async ([name]) => {
    const parts = pieces.map((piece) => (isPiece(piece) ? piece : (piece[name as string] as Piece)));
    return [name, await joined(parts)] as const;
  });
  const found = new Map(await Promise.all(outputs));
  return mapNamed<Piece, HostArray>(first, isPiece, (_, name) => found.get(name) as HostArray) as HostArraysOf<Output>;
}

/** Enqueues the reads of outputs. */
function read(outputs: Tensors): OneOrNamed<Piece> {
  return mapNamed<Tensor, Piece>(outputs, isTensor, (output) => {
    const data = output.data();
    data.catch(() => {}); // a failure counts when its turn comes
    return { data, shape: output.shape };
  });
}

/** Makes the tensors of a part of the inputs. */
type Upload = () => Tensors;

async function* inputs(x: unknown, batchSize: number, signal: AbortSignal | undefined): AsyncGenerator<Upload> {
  if (typeof (x as Partial<BatchSource>)?.batches === 'function') {
    for await (const batch of (x as BatchSource<AnySample>).batches({ signal })) yield () => upload(batch.x);
  } else if (isTensor(x) || (isRecord(x) && holdsOnly(x, isTensor))) {
    yield () => x as Tensors;
  } else if (isHostArray(x) || (isRecord(x) && holdsOnly(x, isHostArray))) {
    yield* rows(x as HostArrays, batchSize);
  } else {
    throw new ArgumentError(
      `predict: expected a tensor, an array with data and shape, or a dataset with batches, but received ${showRecord(x)}`,
    );
  }
}

function holdsOnly(record: Readonly<Record<string, unknown>>, isOne: (value: unknown) => boolean): boolean {
  const values = Object.values(record);
  return values.length > 0 && values.every(isOne);
}

/** The arrays in parts of `batchSize` rows. */
function* rows(arrays: HostArrays, batchSize: number): Generator<Upload> {
  const counts = entriesOf(arrays, isHostArray).map(([key, { data, shape }]) => {
    const name = nameOf('x', key);
    checkShape(`predict: ${name}`, shape);
    if (elementCount(shape) !== data.length)
      throw new ArgumentError(`predict: ${name} has shape ${formatShape(shape)} but ${data.length} elements`);
    return [name, shape[0] ?? 0] as const;
  });
  const [[first, count]] = counts as [readonly [string, number]];
  for (const [name, other] of counts)
    if (other !== count) throw new ArgumentError(`predict: ${first} has ${count} samples, but ${name} has ${other}`);
  for (let start = 0; start < count; start += batchSize) {
    const end = Math.min(start + batchSize, count);
    yield () => upload(mapNamed<HostArray, HostArray>(arrays, isHostArray, (array) => rowsOf(array, start, end)));
  }
}

/** The pieces one after the other. */
async function joined(pieces: readonly Piece[]): Promise<HostArray> {
  const arrays = await Promise.all(pieces.map(({ data }) => data));
  const dtype = dtypeOf(arrays[0] as TypedArray);
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
