// Samples that come one after the other: from a database cursor, a message queue, a generator.
import { checkBoolean, checkInteger, checkOptions, show } from '../../tensor/arguments.js';
import { ArgumentError } from '../../tensor/errors.js';
import { Random } from '../../tensor/random.js';
import { checkSamples, stack } from '../map_samples.js';
import { StreamedBatches } from '../streamed_batches.js';
import type { AnySample, Batch } from '../types.js';

/** How a stream of samples is read. */
export interface IterableOptions {
  readonly batchSize: number;
  /** Leaves out the last batch if it is smaller. Default false. */
  readonly dropLast?: boolean;
  /** Draws every sample from a buffer of `buffer` samples, in an order of (seed, epoch). Default: the order of the stream. */
  readonly shuffle?: { readonly buffer: number; readonly seed: number };
}

/**
 * Batches of samples from an iterable or async iterable; as many as it gives.
 *
 * @param samples called once per epoch; it must give the same samples for the same epoch if training is to resume bit by bit
 * @throws ArgumentError for invalid options; batches reject with an ArgumentError or ShapeError for samples that are none or differ.
 * @example
 * const train = data.fromIterable((epoch) => rowsOfDatabase(epoch), { batchSize: 64, shuffle: { buffer: 4096, seed: 1 } }).prefetch(2);
 */
export function fromIterable<S extends AnySample>(
  samples: (epoch: number) => AsyncIterable<S> | Iterable<S>,
  options: IterableOptions,
): StreamedBatches<S> {
  if (typeof samples !== 'function')
    throw new ArgumentError(`fromIterable: expected a function of the epoch, but received ${show(samples)}`);
  checkOptions('fromIterable', options, ['batchSize', 'dropLast', 'shuffle']);
  const { batchSize, dropLast = false, shuffle } = options;
  checkInteger('fromIterable', 'batchSize', batchSize);
  checkBoolean('fromIterable', 'dropLast', dropLast);
  if (shuffle !== undefined) {
    checkOptions('fromIterable: shuffle', shuffle, ['buffer', 'seed']);
    checkInteger('fromIterable: shuffle', 'buffer', shuffle.buffer);
    checkInteger('fromIterable: shuffle', 'seed', shuffle.seed, 0);
  }
  return new StreamedBatches<S>(async function* ({ epoch, startBatch, signal }) {
    const numbered = number(samples(epoch));
    const stream = shuffle
      ? shuffled(numbered, shuffle.buffer, new Random(shuffle.seed, epoch).fork('buffer'))
      : numbered;
    let rows: Numbered<S>[] = [];
    let index = 0;
    for await (const row of stream) {
      signal?.throwIfAborted();
      rows.push(row);
      if (rows.length < batchSize) continue;
      if (index >= startBatch) yield toBatch(rows, epoch, index);
      rows = [];
      index++;
    }
    if (rows.length > 0 && !dropLast && index >= startBatch) yield toBatch(rows, epoch, index);
  });
}

interface Numbered<S> {
  readonly sample: S;
  readonly index: number;
}

async function* number<S>(samples: AsyncIterable<S> | Iterable<S>): AsyncGenerator<Numbered<S>> {
  let index = 0;
  for await (const sample of samples) {
    checkSamples('fromIterable', [sample]);
    yield { sample, index: index++ };
  }
}

/** Keeps `size` samples and gives a random one whenever another arrives. */
async function* shuffled<T>(stream: AsyncIterable<T>, size: number, random: Random): AsyncGenerator<T> {
  const buffer: T[] = [];
  const draw = (replacement: T | undefined): T => {
    const place = random.integer(buffer.length);
    const drawn = buffer[place] as T;
    buffer[place] = replacement ?? (buffer.at(-1) as T);
    if (replacement === undefined) buffer.pop();
    return drawn;
  };
  for await (const item of stream) {
    if (buffer.length < size) buffer.push(item);
    else yield draw(item);
  }
  while (buffer.length > 0) yield draw(undefined);
}

function toBatch<S extends AnySample>(rows: readonly Numbered<S>[], epoch: number, index: number): Batch<S> {
  const indices = Uint32Array.from(rows, (row) => row.index);
  const x = rows.map(({ sample }) => sample.x) as S['x'][];
  const y = rows.map(({ sample }) => sample.y) as S['y'][];
  return {
    x: stack('fromIterable', 'x', x, indices),
    y: stack('fromIterable', 'y', y, indices),
    indices,
    epoch,
    index,
  };
}
