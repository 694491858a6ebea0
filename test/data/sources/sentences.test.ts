import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { sentences, tokenize, Vocabulary } from '../../../lib/data/index.js';
import { ArgumentError, FormatError } from '../../../lib/tensor/errors.js';
import { damage, expectTypedFailure } from '../../formats/damage.js';
import { collect } from '../support.js';

const folder = mkdtempSync(join(tmpdir(), 'convgrad-text-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string | Uint8Array) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('tokenize', () => {
  it('cuts as Kim 2014 does', () => {
    expect(tokenize("It isn't bad, is it?")).toEqual(['it', 'is', "n't", 'bad', ',', 'is', 'it', '?']);
    expect(tokenize("we'll say they've (probably) said it's 10-20%!")).toEqual([
      ...['we', "'ll", 'say', 'they', "'ve", '(', 'probably', ')', 'said', 'it', "'s", '10', '20', '!'],
    ]);
    expect(tokenize('  Crème brûlée -- ')).toEqual(['cr', 'me', 'br', 'l', 'e']);
    expect(tokenize('')).toEqual([]);
  });
});

describe('Vocabulary', () => {
  it('numbers words by frequency, after padding and unknown', () => {
    const words = [
      ['b', 'a', 'c', 'a'],
      ['c', 'a'],
    ];
    const vocabulary = Vocabulary.of(words);
    expect(vocabulary.words).toEqual(['a', 'c', 'b']);
    expect(vocabulary.size).toBe(5);
    expect([...vocabulary.encode(['a', 'x', 'b', '__proto__'])]).toEqual([2, 1, 4, 1]);
    expect(Vocabulary.of(words, { minCount: 2 }).words).toEqual(['a', 'c']);
    expect(Vocabulary.of(words, { maxWords: 1 }).words).toEqual(['a']);
    expect(() => new Vocabulary(['a', 'b', 'a'])).toThrow("the word 'a' occurs twice");
  });
});

describe('sentences', () => {
  const negative = file('neg', 'a bad film\n\nbad\n');
  const positive = file('pos', 'a very good film');

  it('reads a file per class, padded as Kim 2014 does', async () => {
    const reviews = await sentences({ files: { negative, positive } });
    expect(reviews.classes).toEqual(['negative', 'positive']);
    expect(reviews.vocabulary.words).toEqual(['a', 'bad', 'film', 'very', 'good']);
    expect(reviews.length).toBe(4 + 4 + 4);
    const [batch] = await collect(reviews.batch(3));
    expect(batch?.x).toEqual({
      data: Int32Array.of(
        ...[0, 0, 0, 0, 2, 3, 4, 0, 0, 0, 0, 0],
        ...[0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0],
        ...[0, 0, 0, 0, 2, 5, 6, 4, 0, 0, 0, 0],
      ),
      shape: [3, 12],
      dtype: 'int32',
    });
    expect([...(batch?.y.data ?? [])]).toEqual([0, 0, 1]);
  });

  it('reads lines that begin with their class, cut and numbered as the training data', async () => {
    const train = await sentences({ files: { negative, positive } });
    const path = file('test', '1 good very good film indeed\n0 \t bad\n');
    const options = { files: path, vocabulary: train.vocabulary, classes: ['0', '1'], length: 5, padding: 1 };
    const [batch] = await collect((await sentences(options)).batch(2));
    expect([...(batch?.x.data ?? [])]).toEqual([0, 6, 5, 6, 0, 0, 3, 0, 0, 0]);
    expect([...(batch?.y.data ?? [])]).toEqual([1, 0]);
  });

  it('leaves sentences beyond the memory limit on disk', async () => {
    const labelled = file('labelled', '1 a very good film\n\n0 bad é \r\n1 good');
    for (const files of [labelled, { negative, positive }]) {
      const [inMemory, onDisk] = await Promise.all([sentences({ files }), sentences({ files, memoryLimit: 3 })]);
      expect(onDisk.vocabulary.words).toEqual(inMemory.vocabulary.words);
      expect([onDisk.classes, onDisk.length]).toEqual([inMemory.classes, inMemory.length]);
      const shuffled = (all: typeof onDisk) => collect(all.shuffle({ seed: 4 }).batch(2));
      expect(await shuffled(onDisk)).toEqual(await shuffled(inMemory));
    }
    const dataset = await sentences({ files: labelled, memoryLimit: 0 });
    truncateSync(labelled, 30);
    await expect(collect(dataset.batch(3))).rejects.toThrow('ends early: it was longer when it was opened first');
  });

  it('names what is wrong, and where', async () => {
    const fails = async (text: string | Uint8Array, options = {}) =>
      expect(sentences({ files: file('bad', text), ...options })).rejects;
    const path = join(folder, 'bad');
    await (await fails('0 fine\nalone\n')).toThrow(
      new FormatError(path, 7, "line 'alone' is not a class and a sentence"),
    );
    await (await fails('2 fine\n', { classes: ['0', '1'] })).toThrow("at byte 0: class '2' is none of 0, 1");
    await (await fails('\n \n')).toThrow('holds no sentences');
    await (await fails(Uint8Array.of(48, 32, 255, 10))).toThrow('at byte 0: line is not utf-8 text');
    await (await fails(`0 ${'a'.repeat(2 ** 24)}`)).toThrow('at byte 0: line takes more than 16777216 bytes');
    await (await fails('0 a', { length: 8 })).toThrow('length must be an integer of at least 9');
    await expect(sentences({ files: join(folder, 'absent') })).rejects.toThrow(ArgumentError);
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(damage(Buffer.from('LOC:city Where is it ?\nNUM:count How many é ?\n')), (bytes) =>
        expectTypedFailure(async () => {
          const files = file(`damaged${runs++ % 8}`, bytes);
          await collect((await sentences({ files, memoryLimit: 512 * (runs % 2) })).batch(2));
        }),
      ),
      { numRuns: 80 },
    );
  });
});
