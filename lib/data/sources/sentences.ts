// Files of sentences, one per line, as the benchmarks of sentence classification are published (Kim 2014): one file per class (MR, CR,
// MPQA, Subj), or lines that begin with their class (TREC, SST). A sentence becomes the numbers of its words with zeros around them:
//
//   x int32 [length] = padding zeros | words | zeros up to length        y int32 []: the class
import { checkChoice, checkInteger, checkOptions, show } from '../../tensor/arguments.js';
import { ArgumentError } from '../../tensor/errors.js';
import { Dataset } from '../dataset.js';
import { sourceOrder } from '../order.js';
import { tokenize as kimTokens } from '../text/tokenize.js';
import { Vocabulary, type VocabularyOptions } from '../text/vocabulary.js';
import type { HostArray } from '../types.js';
import { checkMemoryLimit, DEFAULT_MEMORY_LIMIT, fileSize } from './rows.js';
import { type NumberedSentences, SentenceReader, type TextFile } from './sentence_reader.js';
import type { TextEncoding } from './text_lines.js';

/** Where sentences are, and how they become numbers. */
export interface SentencesOptions {
  /** A path: every line is a class, white space and a sentence. Or a path for every class: every line is a sentence. */
  readonly files: string | Readonly<Record<string, string>>;
  /** Class names, in the order of the labels. Default: the keys of `files`, or all that occur, sorted. */
  readonly classes?: readonly string[];
  /** The vocabulary of the training data, for test data. Default: one is made of these sentences. */
  readonly vocabulary?: Vocabulary | VocabularyOptions;
  /** Numbers per sample; longer sentences lose their end. Default: the longest sentence with its padding. */
  readonly length?: number;
  /** Zeros before and at least after every sentence: the height of the largest filter less one. Default 4. */
  readonly padding?: number;
  /** Cuts a sentence into words. Default: `tokenize`, the way of Kim 2014. */
  readonly tokenize?: (sentence: string) => readonly string[];
  /** How the files are encoded. Default 'utf-8'. */
  readonly encoding?: TextEncoding;
  /** Files that are larger together, in bytes, stay on disk: their sentences are cut into words batch by batch. Default 512 MiB. */
  readonly memoryLimit?: number;
}

/** A sentence as the numbers of its words, and its class. */
export interface SentenceSample {
  readonly x: HostArray<'int32'>;
  readonly y: HostArray<'int32'>;
}

/** Sentences with classes. The decorators of Dataset give plain datasets. */
export class SentenceDataset extends Dataset<SentenceSample> {
  readonly classes: readonly string[];
  readonly vocabulary: Vocabulary;
  /** Numbers per sample. */
  readonly length: number;

  /** @internal */
  constructor(
    sentences: NumberedSentences,
    labels: Int32Array,
    { classes, vocabulary, length, padding }: SentenceForm,
  ) {
    super(sourceOrder(labels.length), async (indices) => {
      const data = new Int32Array(indices.length * length);
      for (const [n, numbers] of (await sentences(indices)).entries())
        data.set(numbers.subarray(0, length - 2 * padding), n * length + padding);
      const targets = Int32Array.from(indices, (index) => labels[index] as number);
      return {
        x: { data, shape: [indices.length, length], dtype: 'int32' },
        y: { data: targets, shape: [indices.length], dtype: 'int32' },
      };
    });
    this.classes = classes;
    this.vocabulary = vocabulary;
    this.length = length;
  }
}

interface SentenceForm {
  readonly classes: readonly string[];
  readonly vocabulary: Vocabulary;
  readonly length: number;
  readonly padding: number;
}

/**
 * Reads labelled sentences from text files, one per line; empty lines do not count.
 *
 * @throws ArgumentError (rejects with) for invalid options and files that cannot be read; FormatError for files that are no text, lines
 * without a sentence, unknown classes, and files without any.
 * @example
 * const reviews = await data.sentences({ files: { negative: 'rt-polarity.neg', positive: 'rt-polarity.pos' }, encoding: 'latin1' });
 * const [train, test] = reviews.split(0.9, { seed: 1 });
 * reviews.vocabulary.size; // rows of the embedding
 */
export async function sentences(options: SentencesOptions): Promise<SentenceDataset> {
  const known = ['files', 'classes', 'vocabulary', 'length', 'padding', 'tokenize', 'encoding', 'memoryLimit'];
  checkOptions('sentences', options, known);
  const { files, padding = 4, tokenize = kimTokens, encoding = 'utf-8', memoryLimit = DEFAULT_MEMORY_LIMIT } = options;
  checkInteger('sentences', 'padding', padding, 0);
  checkChoice('sentences', 'encoding', encoding, ['utf-8', 'latin1']);
  checkMemoryLimit('sentences', memoryLimit);
  if (options.length !== undefined) checkInteger('sentences', 'length', options.length, 2 * padding + 1);
  if (typeof tokenize !== 'function')
    throw new ArgumentError(`sentences: tokenize must be a function, but received ${show(tokenize)}`);
  const sources = sourcesOf(files);
  const sizes = await Promise.all(sources.map(({ path }) => fileSize('sentences', 'a file', path)));
  const keep = sizes.reduce((sum, size) => sum + size, 0) <= memoryLimit;
  const reader = new SentenceReader({ files: sources, encoding, tokenize, keep });
  await reader.read();
  const classes = options.classes ?? (typeof files === 'string' ? reader.names.sort() : Object.keys(files));
  if (!Array.isArray(classes))
    throw new ArgumentError(`sentences: classes must be names, but received ${show(classes)}`);
  const labels = reader.labels(classes);
  const vocabulary =
    options.vocabulary instanceof Vocabulary
      ? options.vocabulary
      : Vocabulary.ofCounts(reader.counts, options.vocabulary);
  const length = options.length ?? reader.longest + 2 * padding;
  return new SentenceDataset(reader.numbered(vocabulary), labels, { classes, vocabulary, length, padding });
}

function sourcesOf(files: SentencesOptions['files']): TextFile[] {
  if (typeof files === 'string') return [{ path: files, name: undefined }];
  checkOptions('sentences: files', files, Object.keys(files ?? {}));
  return Object.entries(files).map(([name, path]) => ({ path, name }));
}
