// Datasets that `npx convgrad data <name>` has put in the cache, under their published names.
import { checkChoice, checkOptions } from '../../tensor/arguments.js';
import { cachedFile } from '../cache.js';
import type { Dataset } from '../dataset.js';
import { cifar } from './cifar.js';
import { type IdxSample, idx } from './idx.js';
import { type SentenceDataset, type SentencesOptions, sentences } from './sentences.js';

/** Which part of a dataset. */
export interface SplitOptions {
  /** Default 'train'. */
  readonly split?: 'train' | 'test';
}

function splitOf(subject: string, options: SplitOptions, others: readonly string[] = []): 'train' | 'test' {
  checkOptions(subject, options, ['split', ...others]);
  const { split = 'train' } = options;
  checkChoice(subject, 'split', split, ['train', 'test']);
  return split;
}

async function idxPair(name: string, split: 'train' | 'test'): Promise<Dataset<IdxSample>> {
  const part = split === 'train' ? 'train' : 't10k';
  return idx({
    images: cachedFile(name, `${part}-images-idx3-ubyte`),
    labels: cachedFile(name, `${part}-labels-idx1-ubyte`),
  });
}

/**
 * MNIST from the cache: 60,000 or 10,000 handwritten digits, [28, 28, 1] of uint8.
 *
 * @throws ArgumentError (rejects with) where it is missing; `npx convgrad data mnist` gets it.
 * @example
 * const train = await data.mnist();
 * const test = await data.mnist({ split: 'test' });
 */
export async function mnist(options: SplitOptions = {}): Promise<Dataset<IdxSample>> {
  return idxPair('mnist', splitOf('mnist', options));
}

/**
 * Fashion-MNIST from the cache: 60,000 or 10,000 pictures of ten kinds of clothes, [28, 28, 1] of uint8.
 *
 * @throws ArgumentError (rejects with) where it is missing; `npx convgrad data fashion-mnist` gets it.
 */
export async function fashionMnist(options: SplitOptions = {}): Promise<Dataset<IdxSample>> {
  return idxPair('fashion-mnist', splitOf('fashionMnist', options));
}

/**
 * CIFAR-10 from the cache: 50,000 or 10,000 photographs of ten classes, [32, 32, 3] of uint8.
 *
 * @throws ArgumentError (rejects with) where it is missing; `npx convgrad data cifar10` gets it.
 */
export async function cifar10(options: SplitOptions = {}): Promise<Dataset<IdxSample>> {
  const split = splitOf('cifar10', options);
  const names = split === 'train' ? [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`) : ['test_batch.bin'];
  return cifar({ files: names.map((name) => cachedFile('cifar10', name)) });
}

/**
 * IMDB film reviews from the cache, in two disjoint halves: class 0 negative, class 1 positive.
 *
 * @param options as for `sentences`; give the training data's vocabulary to the test data. Default length 400
 * @throws ArgumentError (rejects with) where it is missing; `npx convgrad data imdb` gets it.
 * @example
 * const train = await data.imdb({ vocabulary: { maxWords: 20_000 } });
 * const test = await data.imdb({ split: 'test', vocabulary: train.vocabulary });
 */
export async function imdb(
  options: SplitOptions & Omit<SentencesOptions, 'files' | 'classes' | 'encoding'> = {},
): Promise<SentenceDataset> {
  const split = splitOf('imdb', options, ['vocabulary', 'length', 'padding', 'tokenize']);
  const { split: _, ...rest } = options;
  const classes = ['negative', 'positive'];
  return sentences({ length: 400, ...rest, files: cachedFile('imdb', `${split}.txt`), classes });
}
