// Files of sentences, one per line, as the benchmarks of sentence classification are published (Kim 2014): one file per class (MR, CR,
// MPQA, Subj), or lines that begin with their class (TREC, SST). A sentence becomes the numbers of its words with zeros around them:
//
//   x int32 [length] = padding zeros | words | zeros up to length        y int32 []: the class
import { setImmediate } from 'node:timers/promises';
import { checkChoice, checkInteger, checkOptions, show } from '../../tensor/arguments.js';
import { ArgumentError, FormatError } from '../../tensor/errors.js';
import { Dataset } from '../dataset.js';
import { sourceOrder } from '../order.js';
import { tokenize as kimTokens } from '../text/tokenize.js';
import { Vocabulary, type VocabularyOptions } from '../text/vocabulary.js';
import type { HostArray } from '../types.js';
import { readCheckedFile } from './checked_file.js';

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
  readonly encoding?: 'utf-8' | 'latin1';
}

/** A sentence as the numbers of its words, and its class. */
export interface SentenceSample {
  readonly x: HostArray<'int32'>;
  readonly y: HostArray<'int32'>;
}

const LINES_AT_A_TIME = 100; // cut into words between visits to the event loop

interface Line {
  readonly words: readonly string[];
  readonly label: number;
}

/** Sentences with classes. The decorators of Dataset give plain datasets. */
export class SentenceDataset extends Dataset<SentenceSample> {
  readonly classes: readonly string[];
  readonly vocabulary: Vocabulary;
  /** Numbers per sample. */
  readonly length: number;

  constructor(
    lines: readonly Line[],
    classes: readonly string[],
    vocabulary: Vocabulary,
    length: number,
    padding: number,
  ) {
    const starts = new Uint32Array(lines.length + 1);
    lines.forEach(({ words }, i) => {
      starts[i + 1] = (starts[i] as number) + Math.min(words.length, length - 2 * padding);
    });
    const numbers = new Int32Array(starts[lines.length] as number);
    lines.forEach(({ words }, i) => {
      const kept = (starts[i + 1] as number) - (starts[i] as number);
      numbers.set(vocabulary.encode(words.slice(0, kept)), starts[i] as number);
    });
    const labels = Int32Array.from(lines, ({ label }) => label);
    super(sourceOrder(lines.length), (indices) => {
      const data = new Int32Array(indices.length * length);
      indices.forEach((index, n) => {
        data.set(numbers.subarray(starts[index], starts[index + 1]), n * length + padding);
      });
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
  const known = ['files', 'classes', 'vocabulary', 'length', 'padding', 'tokenize', 'encoding'];
  checkOptions('sentences', options, known);
  const { files, padding = 4, tokenize = kimTokens, encoding = 'utf-8' } = options;
  checkInteger('sentences', 'padding', padding, 0);
  checkChoice('sentences', 'encoding', encoding, ['utf-8', 'latin1']);
  if (options.length !== undefined) checkInteger('sentences', 'length', options.length, 2 * padding + 1);
  if (typeof tokenize !== 'function')
    throw new ArgumentError(`sentences: tokenize must be a function, but received ${show(tokenize)}`);
  const labelled =
    typeof files === 'string' ? await labelledLines(files, encoding) : await filePerClass(files, encoding);
  const classes = options.classes ?? (typeof files === 'string' ? namesIn(labelled) : Object.keys(files));
  if (!Array.isArray(classes))
    throw new ArgumentError(`sentences: classes must be names, but received ${show(classes)}`);
  const lines: Line[] = [];
  for (const { file, offset, name, text } of labelled) {
    const label = classes.indexOf(name);
    if (label < 0) throw new FormatError(file, offset, `class ${show(name)} is none of ${classes.join(', ')}`);
    lines.push({ words: tokenize(text), label });
    if (lines.length % LINES_AT_A_TIME === 0) await setImmediate();
  }
  const vocabulary =
    options.vocabulary instanceof Vocabulary
      ? options.vocabulary
      : Vocabulary.of(
          lines.map(({ words }) => words),
          options.vocabulary,
        );
  const longest = lines.reduce((most, { words }) => Math.max(most, words.length), 1);
  return new SentenceDataset(lines, classes, vocabulary, options.length ?? longest + 2 * padding, padding);
}

interface LabelledLine {
  readonly file: string;
  readonly offset: number;
  readonly name: string;
  readonly text: string;
}

function namesIn(lines: readonly LabelledLine[]): string[] {
  return [...new Set(lines.map(({ name }) => name))].sort();
}

async function filePerClass(files: Readonly<Record<string, string>>, encoding: string): Promise<LabelledLine[]> {
  checkOptions('sentences: files', files, Object.keys(files ?? {}));
  const parts = await Promise.all(
    Object.entries(files).map(async ([name, file]) =>
      (await readLines(file, encoding)).map((line) => ({ ...line, file, name })),
    ),
  );
  return parts.flat();
}

async function labelledLines(file: string, encoding: string): Promise<LabelledLine[]> {
  return (await readLines(file, encoding)).map(({ offset, text }) => {
    const [, name, sentence] = /^(\S+)\s+(\S.*)$/s.exec(text) ?? [];
    if (name === undefined || sentence === undefined)
      throw new FormatError(file, offset, `line ${show(text.slice(0, 40))} is not a class and a sentence`);
    return { file, offset, name, text: sentence };
  });
}

/** The lines of a file that are not empty, with their byte offsets. */
async function readLines(file: string, encoding: string): Promise<{ offset: number; text: string }[]> {
  const bytes = await readCheckedFile('sentences', 'a file', file);
  const decoder = new TextDecoder(encoding, { fatal: true });
  const lines: { offset: number; text: string }[] = [];
  for (let start = 0; start < bytes.length; ) {
    const next = bytes.indexOf(10, start);
    const end = next < 0 ? bytes.length : next;
    try {
      const text = decoder.decode(bytes.subarray(start, end)).trim();
      if (text !== '') lines.push({ offset: start, text });
    } catch (cause) {
      throw new FormatError(file, start, `line is not ${encoding} text`, { cause });
    }
    start = end + 1;
  }
  if (lines.length === 0) throw new FormatError(file, 0, 'holds no sentences');
  return lines;
}
