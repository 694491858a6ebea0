// Data sets above the memory limit stay on disk: what a process takes grows by far less than their size. The files are sparse; blocks
// that were never written read as zeros.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { cifar, type Dataset, idx } from '../../lib/data/index.js';

const folder = mkdtempSync(join(tmpdir(), 'convgrad-large-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MIB = 2 ** 20;
const uint32 = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer).swap32();

/** A file with this beginning and zeros up to its size. */
function sparse(name: string, size: number, head: Uint8Array = new Uint8Array(0)): string {
  const file = join(folder, name);
  writeFileSync(file, head);
  truncateSync(file, size);
  return file;
}

/** The most memory a process takes while a dataset is opened and read in part, in any order. */
async function growth(open: () => Promise<Dataset>): Promise<{ bytes: number; samples: number }> {
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 5);
  const dataset = await open();
  let samples = 0;
  for await (const { y } of dataset.shuffle({ seed: 1 }).batch(128).batches()) {
    samples += y.data.length;
    most = Math.max(most, process.memoryUsage().rss);
    await setImmediate();
    if (samples >= 128 * 20) break;
  }
  clearInterval(watch);
  return { bytes: most - before, samples };
}

it.each([
  [
    'IDX',
    () => {
      const count = 2_000_000; // 28 × 28: 1.5 GB
      const images = sparse('images', 16 + count * 784, Buffer.concat([uint32(0x803, count, 28, 28)]));
      const labels = sparse('labels', 8 + count, uint32(0x801, count));
      return idx({ images, labels });
    },
  ],
  ['CIFAR', () => cifar({ files: [1, 2, 3, 4].map((i) => sparse(`${i}.bin`, 50_000 * 3073)) })], // 615 MB
])('%s: memory stays bounded on a data set larger than the limit of 512 MiB', async (_, open) => {
  const { bytes, samples } = await growth(open);
  expect(samples).toBe(2560);
  expect(bytes / MIB).toBeLessThan(200);
});
