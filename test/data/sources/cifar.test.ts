import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { cifar, cifarSheets } from '../../../lib/data/index.js';
import { encodePng } from '../../../lib/formats/index.js';
import { ArgumentError, FormatError } from '../../../lib/tensor/errors.js';
import { damage, expectTypedFailure } from '../../formats/damage.js';
import { collect } from '../support.js';

const folder = mkdtempSync(join(tmpdir(), 'convgrad-cifar-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, bytes: Uint8Array | string) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

/** Red, green and blue of pixel p of image n, planes one after the other. */
const value = (n: number, p: number, c: number) => (n * 17 + p * 3 + c * 101) % 256;
const record = (n: number, ...labels: number[]) => [
  ...labels,
  ...Array.from({ length: 3072 }, (_, i) => value(n, i % 1024, Math.floor(i / 1024))),
];
const image = (n: number) => Uint8Array.from({ length: 3072 }, (_, i) => value(n, Math.floor(i / 3), i % 3));
const one = file('1.bin', Uint8Array.from([...record(0, 6), ...record(1, 9)]));
const two = file('2.bin', Uint8Array.from([...record(2, 0), ...record(3, 1), ...record(4, 2)]));

describe('cifar', () => {
  it.each([2 ** 29, 0])('reads CIFAR-10 with %d bytes of memory, in any order', async (memoryLimit) => {
    const dataset = await cifar({ files: [one, two], memoryLimit });
    expect(dataset.size).toBe(5);
    for (const batch of await collect(dataset.shuffle({ seed: 1 }).batch(3))) {
      expect(batch.x.shape.slice(1)).toEqual([32, 32, 3]);
      batch.indices.forEach((index, n) => {
        expect(batch.x.data.subarray(3072 * n, 3072 * (n + 1))).toEqual(image(index));
        expect(batch.y.data[n]).toBe([6, 9, 0, 1, 2][index]);
      });
    }
  });

  it('reads the fine and the coarse labels of CIFAR-100', async () => {
    const path = file('100.bin', Uint8Array.from([...record(0, 19, 99), ...record(1, 0, 1)]));
    for (const [labels, expected] of [
      ['fine', [99, 1]],
      ['coarse', [19, 0]],
    ] as const) {
      const [batch] = await collect((await cifar({ files: [path], labels })).batch(2));
      expect([...(batch?.y.data ?? [])]).toEqual(expected);
      expect(batch?.x.data.subarray(3072)).toEqual(image(1));
    }
  });

  it('names what is wrong, and where', async () => {
    await expect(cifar({ files: [file('short', new Uint8Array(4000))] })).rejects.toThrow(
      new FormatError(join(folder, 'short'), 3073, '4000 bytes are not one or more records of 3073'),
    );
    const wrong = file('wrong', Uint8Array.from([...record(0, 1), ...record(1, 10)]));
    await expect(cifar({ files: [wrong] })).rejects.toThrow(
      new FormatError(wrong, 3073, 'label 10 of record 1 is out of range, expected 0 to 9'),
    );
    await expect(cifar({ files: [join(folder, 'absent')] })).rejects.toThrow(ArgumentError);
    await expect(cifar({ files: [] })).rejects.toThrow('cifar: files must be an array of paths, but received []');
  });

  it('says so when a file shrinks while it is read', async () => {
    const shrinking = file('shrinking', Uint8Array.from([...record(0, 1), ...record(1, 2)]));
    const dataset = await cifar({ files: [shrinking], memoryLimit: 0 });
    truncateSync(shrinking, 4000);
    await expect(collect(dataset.batch(2))).rejects.toThrow(
      new FormatError(shrinking, 4000, 'ends early: it was longer when it was opened first'),
    );
  });
});

describe('cifarSheets', () => {
  const sheet = (...numbers: number[]) =>
    encodePng({ width: 1024, height: numbers.length, channels: 3, data: Buffer.concat(numbers.map(image)) });

  it('reads an image per row, with the labels of all sheets', async () => {
    const sheets = [file('a.png', sheet(0, 1)), file('b.png', sheet(2))];
    const [batch] = await collect((await cifarSheets({ sheets, labels: file('labels.json', '[3,1,4]') })).batch(3));
    expect(batch?.x).toEqual({
      data: new Uint8Array(Buffer.concat([0, 1, 2].map(image))),
      shape: [3, 32, 32, 3],
      dtype: 'uint8',
    });
    expect([...(batch?.y.data ?? [])]).toEqual([3, 1, 4]);
  });

  it('names what is wrong', async () => {
    const good = file('c.png', sheet(0));
    const narrow = file('narrow.png', encodePng({ width: 2, height: 1, channels: 3, data: new Uint8Array(6) }));
    const labels = file('one.json', '[3]');
    await expect(cifarSheets({ sheets: [narrow], labels })).rejects.toThrow('2 pixels wide with 3 channels');
    await expect(cifarSheets({ sheets: [good], labels: file('two.json', '[3,4]') })).rejects.toThrow('holds 2 labels');
    await expect(cifarSheets({ sheets: [good], labels: file('bad.json', '[11]') })).rejects.toThrow(
      'label 11 of sample 0',
    );
    await expect(cifarSheets({ sheets: [good], labels: file('no.json', '{') })).rejects.toThrow('is not JSON');
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(damage(sheet(0), 50), (bytes) => {
        const path = file(`damaged${runs++ % 8}.png`, bytes);
        return expectTypedFailure(() => cifarSheets({ sheets: [path], labels }));
      }),
      { numRuns: 40 },
    );
  });
});
