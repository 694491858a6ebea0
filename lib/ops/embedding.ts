// y = table[indices]: gather over the first axis of a table of vectors, one row of which may be kept from learning.
import { checkInteger, checkOptions } from '../tensor/arguments.js';
import { checkFloat, checkRank, checkTensorDType } from '../tensor/checks.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { gatherOp } from './gather.js';

/** Options of {@link embedding}. */
export interface EmbeddingOptions {
  /** The index that stands for no word: its row gets no gradient. None by default. */
  readonly paddingIndex?: number;
}

/**
 * A vector for each index, from a table with one row per index.
 *
 * Indices are read by the computation only: one outside of the table makes the next `item()` or `data()` reject with a
 * NativeError that names it.
 *
 * @param table [vocabulary, size], float32 or float64
 * @param indices int32 of any shape
 * @returns [...indices.shape, size]
 * @throws ShapeError, DTypeError for inputs that do not fit; ArgumentError unless paddingIndex is a row of the table
 * @example
 * ops.embedding(table, words, { paddingIndex: 0 }); // [batch, length] to [batch, length, size]
 */
export function embedding(table: Tensor, indices: Tensor, options: EmbeddingOptions = {}): Tensor {
  checkFloat('embedding', 'table', table);
  checkRank('embedding', 'table', table, 2, '[vocabulary, size]');
  checkTensorDType('embedding', 'indices', indices, 'int32');
  checkOptions('embedding', options, ['paddingIndex']);
  const { paddingIndex } = options;
  const vocabulary = table.shape[0] as number;
  if (paddingIndex !== undefined) checkInteger('embedding', 'paddingIndex', paddingIndex, 0);
  if (paddingIndex !== undefined && paddingIndex >= vocabulary)
    throw new ArgumentError(`embedding: paddingIndex ${paddingIndex} is not one of the table's ${vocabulary} rows`);
  return gatherOp([table, indices], { axis: 0, ignored: paddingIndex ?? -1 });
}
