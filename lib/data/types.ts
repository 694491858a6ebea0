// What data sources, decorators and the training loop hand to each other: plain typed arrays with shapes, in host memory.
//
//   Sample   one example:  x [height, width, channels] (or any shape), y [] (a label) or any shape
//   Batch    many of them: x [batch, height, width, channels],         y [batch]
//
// x and y may also be records of arrays, { image, mask }, for models with several inputs or outputs.
import type { HostDType, TypedArrayOf } from '../tensor/dtype.js';
import type { OneOrNamed, Replaced, Tensors } from '../tensor/named.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Row-major elements with their shape. */
export interface HostArray<D extends HostDType = HostDType> {
  readonly data: TypedArrayOf[D];
  readonly shape: Shape;
  readonly dtype: D;
}

/** One array, or several by name. */
export type HostArrays = OneOrNamed<HostArray>;

/** Arrays in the place of tensors. */
export type HostArraysOf<T extends Tensors> = Replaced<T, Tensor, HostArray>;

/** Tensors in the place of arrays. */
export type TensorsFrom<A extends HostArrays> = Replaced<A, HostArray, Tensor>;

/** One example: an input and its target. */
export interface Sample<X extends HostArrays = HostArray, Y extends HostArrays = HostArray> {
  readonly x: X;
  readonly y: Y;
}

/** One example, of however many arrays. */
export type AnySample = Sample<HostArrays, HostArrays>;

/** Examples stacked along a leading axis, and where they come from. */
export interface Batch<S extends AnySample = Sample> {
  readonly x: S['x'];
  readonly y: S['y'];
  /** For each row, the index of its sample in the source, whatever was shuffled or split since. */
  readonly indices: Uint32Array;
  readonly epoch: number;
  /** Position of this batch in its epoch, from 0. */
  readonly index: number;
}

/** Where to start and when to stop giving batches. */
export interface BatchesOptions {
  /** Which pass over the data, from 0: it seeds shuffling and augmentation. Default 0. */
  readonly epoch?: number | undefined;
  /** The first batch to give, from 0: training resumed in the middle of an epoch sees exactly the rest. Default 0. */
  readonly startBatch?: number | undefined;
  /** Aborting it rejects the pending batch with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Anything that gives the batches of an epoch as a pure function of (epoch, batch index). `fit` and `evaluate` take one. */
export interface BatchSource<S extends AnySample = Sample> {
  /** Samples in an epoch; undefined when unknown before it ends. */
  readonly size: number | undefined;
  /** Batches in an epoch; undefined when unknown before it ends. */
  readonly batchesPerEpoch: number | undefined;
  batches(options?: BatchesOptions): AsyncIterable<Batch<S>>;
}

/** Which samples, in which order: source indices for an epoch. */
export interface Order {
  readonly size: number;
  /** Whether epochs differ. */
  readonly shuffled: boolean;
  indices(epoch: number): Uint32Array;
}

/** Fetches samples of a source by index and stacks them. */
export type Gather<S extends AnySample> = (indices: Uint32Array, epoch: number) => Stacked<S> | Promise<Stacked<S>>;

/** The arrays of a batch. */
export type Stacked<S extends AnySample> = Pick<Batch<S>, 'x' | 'y'>;
