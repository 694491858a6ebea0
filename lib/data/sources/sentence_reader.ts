// Sentences as numbers: all of them in memory, four bytes a word; or only where each line is, read and cut into words when it is wanted.
import { setImmediate } from 'node:timers/promises';
import { show } from '../../tensor/arguments.js';
import { FormatError } from '../../tensor/errors.js';
import { GrowingArray } from '../growing_array.js';
import type { Vocabulary } from '../text/vocabulary.js';
import { readParts } from './rows.js';
import { decodeLine, parseLabelled, type TextEncoding, type TextLine, textLines } from './text_lines.js';

/** A file of sentences. */
export interface TextFile {
  readonly path: string;
  /** The class of all its sentences; undefined where each line begins with its own. */
  readonly name: string | undefined;
}

/** How files are read. */
export interface SentencePlan {
  readonly files: readonly TextFile[];
  readonly encoding: TextEncoding;
  readonly tokenize: (sentence: string) => readonly string[];
  /** Whether sentences are kept in memory. */
  readonly keep: boolean;
}

/** The numbers of the words of sentences, by their indices. */
export type NumberedSentences = (indices: Uint32Array) => Promise<Int32Array[]>;

const LINES_AT_A_TIME = 100; // cut into words between visits to the event loop

/** What is known of sentences once they have been read for the first time. Words and classes have numbers in the order they come. */
export class SentenceReader {
  readonly #plan: SentencePlan;
  readonly #words = new Map<string, number>();
  readonly #counts: number[] = [];
  readonly #names = new Map<string, { readonly id: number; readonly path: string; readonly offset: number }>();
  readonly #nameOf = new GrowingArray(new Int32Array(64));
  /** The words of all sentences, and where each sentence ends among them. */
  readonly #kept = { words: new GrowingArray(new Int32Array(64)), ends: new GrowingArray(new Int32Array(64)) };
  /** Where the lines are instead. */
  readonly #places = {
    files: new GrowingArray(new Int32Array(64)),
    offsets: new GrowingArray(new Float64Array(64)),
    lengths: new GrowingArray(new Int32Array(64)),
  };
  /** Words of the longest sentence. */
  longest = 1;

  constructor(plan: SentencePlan) {
    this.#plan = plan;
  }

  /** Reads all files. @throws ArgumentError, FormatError (rejects with) for what cannot be read, and files without a sentence */
  async read(): Promise<void> {
    const { files, encoding } = this.#plan;
    for (const [index, { path }] of files.entries()) {
      const before = this.#nameOf.length;
      for await (const lines of textLines('sentences', path, encoding))
        for (const line of lines) {
          this.#add(index, line);
          if (this.#nameOf.length % LINES_AT_A_TIME === 0) await setImmediate();
        }
      if (this.#nameOf.length === before) throw new FormatError(path, 0, 'holds no sentences');
    }
  }

  #add(index: number, line: TextLine): void {
    const { files, tokenize, keep } = this.#plan;
    const file = files[index] as TextFile;
    const [name, sentence] = partsOf(line, file);
    const known = this.#names.get(name) ?? { id: this.#names.size, path: file.path, offset: line.offset };
    this.#names.set(name, known);
    this.#nameOf.push(known.id);
    const words = tokenize(sentence);
    this.longest = Math.max(this.longest, words.length);
    for (const word of words) {
      const id = this.#words.get(word) ?? this.#words.size;
      if (id === this.#words.size) this.#words.set(word, id);
      this.#counts[id] = (this.#counts[id] ?? 0) + 1;
      if (keep) this.#kept.words.push(id);
    }
    if (keep) {
      this.#kept.ends.push(this.#kept.words.length);
    } else {
      this.#places.files.push(index);
      this.#places.offsets.push(line.offset);
      this.#places.lengths.push(line.length);
    }
  }

  /** The classes that occur. */
  get names(): string[] {
    return [...this.#names.keys()];
  }

  /** How often each word occurs. */
  get counts(): [word: string, count: number][] {
    return Array.from(this.#words, ([word, id]) => [word, this.#counts[id] as number]);
  }

  /** The class of each sentence. @throws FormatError for one that is none of the classes */
  labels(classes: readonly string[]): Int32Array {
    const labelOf = Array.from(this.#names, ([name, { path, offset }]) => {
      const label = classes.indexOf(name);
      if (label < 0) throw new FormatError(path, offset, `class ${show(name)} is none of ${classes.join(', ')}`);
      return label;
    });
    return this.#nameOf.values().map((id) => labelOf[id] as number);
  }

  /** The sentences in the numbers of a vocabulary. */
  numbered(vocabulary: Vocabulary): NumberedSentences {
    if (!this.#plan.keep) return this.#onDisk(vocabulary);
    const numberOf = Int32Array.from(this.#words.keys(), (word) => vocabulary.number(word));
    const numbers = this.#kept.words.values().map((id) => numberOf[id] as number);
    const ends = this.#kept.ends.values();
    return async (indices) => Array.from(indices, (index) => numbers.subarray(ends[index - 1] ?? 0, ends[index]));
  }

  #onDisk(vocabulary: Vocabulary): NumberedSentences {
    const { files, encoding, tokenize } = this.#plan;
    const [fileOf, offsets, lengths] = [
      this.#places.files.values(),
      this.#places.offsets.values(),
      this.#places.lengths.values(),
    ];
    return async (indices) => {
      const found = new Array<Int32Array>(indices.length);
      for (const [number, file] of files.entries()) {
        const places = [...indices.keys()].filter((n) => fileOf[indices[n] as number] === number);
        const lines = places.map((n) => {
          const index = indices[n] as number;
          return { offset: offsets[index] as number, length: lengths[index] as number };
        });
        if (lines.length === 0) continue;
        for (const [i, bytes] of (await readParts(file.path, lines)).entries()) {
          const { offset } = lines[i] as { offset: number };
          const [, sentence] = partsOf({ text: decodeLine(bytes, file.path, offset, encoding), offset }, file);
          found[places[i] as number] = vocabulary.encode(tokenize(sentence));
          if (i % LINES_AT_A_TIME === LINES_AT_A_TIME - 1) await setImmediate();
        }
      }
      return found;
    };
  }
}

function partsOf(line: Pick<TextLine, 'text' | 'offset'>, { path, name }: TextFile): [name: string, sentence: string] {
  return name === undefined ? parseLabelled(line, path) : [name, line.text];
}
