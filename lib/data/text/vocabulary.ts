import { checkInteger, checkOptions, show } from '../../tensor/arguments.js';
import { ArgumentError } from '../../tensor/errors.js';

/** Which words a vocabulary keeps. */
export interface VocabularyOptions {
  /** Words that occur less often are unknown. Default 1. */
  readonly minCount?: number;
  /** At most this many words, the most frequent. Default: all. */
  readonly maxWords?: number;
}

/**
 * Words and their numbers: 0 pads sentences, 1 stands for every unknown word, the words follow from 2 on.
 *
 * @example
 * const vocabulary = data.Vocabulary.of([['a', 'good', 'film'], ['a', 'bad', 'film']]);
 * vocabulary.encode(['a', 'long', 'film']); // Int32Array [2, 1, 3]
 */
export class Vocabulary {
  static readonly padding = 0;
  static readonly unknown = 1;

  /** The words, in the order of their numbers: the first is number 2. */
  readonly words: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;

  /** @throws ArgumentError unless `words` are different strings */
  constructor(words: readonly string[]) {
    if (!Array.isArray(words) || words.some((word) => typeof word !== 'string'))
      throw new ArgumentError(`vocabulary: words must be an array of strings, but received ${show(words)}`);
    this.words = [...words];
    this.#numbers = new Map(words.map((word, i) => [word, i + 2]));
    if (this.#numbers.size !== words.length) {
      const twice = words.find((word, i) => this.#numbers.get(word) !== i + 2);
      throw new ArgumentError(`vocabulary: the word ${show(twice)} occurs twice`);
    }
  }

  /** The words of sentences, the most frequent first; of equally frequent ones, the one that comes first. */
  static of(sentences: Iterable<readonly string[]>, options: VocabularyOptions = {}): Vocabulary {
    const counts = new Map<string, number>();
    for (const words of sentences) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    return Vocabulary.ofCounts(counts, options);
  }

  /** The words that have been counted, the most frequent first; of equally frequent ones, the one that comes first. */
  static ofCounts(
    counts: Iterable<readonly [word: string, count: number]>,
    options: VocabularyOptions = {},
  ): Vocabulary {
    checkOptions('vocabulary', options, ['minCount', 'maxWords']);
    const { minCount = 1, maxWords = Number.MAX_SAFE_INTEGER } = options;
    checkInteger('vocabulary', 'minCount', minCount);
    checkInteger('vocabulary', 'maxWords', maxWords);
    const kept = [...counts].filter(([, count]) => count >= minCount).sort(([, a], [, b]) => b - a); // sort is stable
    return new Vocabulary(kept.slice(0, maxWords).map(([word]) => word));
  }

  /** Numbers in use: those of the words, 0 and 1. What an embedding layer takes as its number of rows. */
  get size(): number {
    return this.words.length + 2;
  }

  /** The number of a word; 1 for an unknown one. */
  number(word: string): number {
    return this.#numbers.get(word) ?? Vocabulary.unknown;
  }

  /** The numbers of words. */
  encode(words: readonly string[]): Int32Array {
    return Int32Array.from(words, (word) => this.number(word));
  }
}
