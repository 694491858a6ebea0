// test/formats/mat.test.ts says how the files of format 2 came to be; the digitStruct files were written by h5py 3.7.0 in MATLAB's
// layout (512-byte user block, object references): digitStruct.mat names 1.png with the digits 1 0, 2.png with a 7 that leaves the picture
// at the top left, and 3.png with the six digits 1 … 6; escaping.mat names ../1.png.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { svhn, svhnFull } from '../../../lib/data/index.js';
import { cropResize } from '../../../lib/data/sources/crop_resize.js';
import { encodePng } from '../../../lib/formats/index.js';
import { ArgumentError } from '../../../lib/tensor/errors.js';
import { damage, expectTypedFailure } from '../../formats/damage.js';
import { collect } from '../support.js';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/svhn/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'convgrad-svhn-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('svhn, format 2', () => {
  it.each([
    ['plain_32x32.mat', 2 ** 29],
    ['plain_32x32.mat', 0],
    ['compressed_32x32.mat', 2 ** 29],
    ['compressed_32x32.mat', 0],
  ])('reads %s with %d bytes of memory', async (name, memoryLimit) => {
    const dataset = await svhn({ file: fixture(name), memoryLimit });
    const [batch] = await collect(dataset.shuffle({ seed: 2 }).batch(3));
    batch?.indices.forEach((index, n) => {
      expect(batch.y.data[n]).toBe([1, 0, 9][index]);
      const expected = Uint8Array.from({ length: 3072 }, (_, i) => ((i * 3 + index) * 7) % 251);
      expect(batch.x.data.subarray(3072 * n, 3072 * (n + 1))).toEqual(expected);
    });
    expect(batch?.x.shape).toEqual([3, 32, 32, 3]);
  });

  it('meets damage with typed errors', async () => {
    const file = join(folder, 'damaged.mat');
    for (const name of ['plain_32x32.mat', 'compressed_32x32.mat'])
      await fc.assert(
        fc.asyncProperty(
          damage(readFileSync(fixture(name)), 400),
          fc.constantFrom(0, 2 ** 29),
          async (bytes, memoryLimit) => {
            writeFileSync(file, bytes);
            await expectTypedFailure(() => svhn({ file, memoryLimit }));
          },
        ),
        { numRuns: 40 },
      );
    await expect(svhn({ file: join(folder, 'absent') })).rejects.toThrow(ArgumentError);
  });
});

describe('svhn, format 1', () => {
  const data = join(folder, 'full');
  mkdirSync(data);
  copyFileSync(fixture('digitStruct.mat'), join(data, 'digitStruct.mat'));
  const grey = (width: number, height: number) =>
    encodePng({ width, height, channels: 1, data: new Uint8Array(width * height).fill(200) });
  writeFileSync(
    join(data, '1.png'),
    encodePng({ width: 20, height: 16, channels: 3, data: new Uint8Array(960).fill(90) }),
  );
  writeFileSync(join(data, '2.png'), grey(9, 9));
  writeFileSync(join(data, '3.png'), grey(16, 8));

  it('crops around all digits and gives length and digits', async () => {
    const dataset = await svhnFull({ folder: data, size: 20 });
    const [batch] = await collect(dataset.batch(3));
    expect(batch?.x.shape).toEqual([3, 20, 20, 3]);
    expect(batch?.y.shape).toEqual([3, 6]);
    expect([...(batch?.y.data ?? [])]).toEqual([...[2, 1, 0, 0, 0, 0], ...[1, 7, 0, 0, 0, 0], ...[6, 1, 2, 3, 4, 5]]);
    // 1.png: digits from (4, 2) to (16, 12), 30 % more is (2.2, 0.5) to (17.8, 13.5): within the picture
    expect(new Set(batch?.x.data.subarray(0, 1200))).toEqual(new Set([90]));
    // 2.png: (−2, −1) to (3, 7), 30 % more begins at (−2.75, −2.2): black at the top left, grey at the bottom right
    const second = batch?.x.data.subarray(1200, 2400) as Uint8Array;
    expect([...second.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect([...second.subarray(3 * (15 * 20 + 19), 3 * (15 * 20 + 20))]).toEqual([200, 200, 200]);
  });

  it('names corrupt pictures, and refuses names that leave the folder', async () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    copyFileSync(fixture('digitStruct.mat'), join(broken, 'digitStruct.mat'));
    writeFileSync(join(broken, '1.png'), grey(20, 16).subarray(0, 50));
    const dataset = await svhnFull({ folder: broken });
    await expect(collect(dataset.take(1).batch(1))).rejects.toThrow(/1\.png at byte \d+/);
    await expect(collect(dataset.skip(1).batch(1))).rejects.toThrow(/2\.png at byte 0: cannot be read/);
    copyFileSync(fixture('escaping.mat'), join(broken, 'digitStruct.mat'));
    await expect(svhnFull({ folder: broken })).rejects.toThrow(`picture '../1.png' leads out of '${broken}'`);
    writeFileSync(join(broken, 'digitStruct.mat'), 'no HDF5');
    await expect(svhnFull({ folder: broken })).rejects.toThrow(
      'digitStruct.mat at byte 0: cannot be read as a digitStruct: ',
    );
    const whole = readFileSync(fixture('digitStruct.mat'));
    await fc.assert(
      fc.asyncProperty(damage(whole, 1000), async (bytes) => {
        writeFileSync(join(broken, 'digitStruct.mat'), bytes);
        await expectTypedFailure(() => svhnFull({ folder: broken }));
      }),
      { numRuns: 30 },
    );
    await expect(svhnFull({ folder: join(folder, 'absent') })).rejects.toThrow(ArgumentError);
  });
});

describe('cropResize', () => {
  const ramp = { data: Uint8Array.from({ length: 64 }, (_, i) => 4 * (i % 8)), height: 8, width: 8, channels: 1 };

  it('copies a box that keeps its size', () => {
    const box = { left: 2, top: 3, width: 4, height: 2 };
    expect([...cropResize(ramp, box, 2, 4)]).toEqual([8, 12, 16, 20, 8, 12, 16, 20]);
  });

  it('averages where it shrinks, interpolates where it grows, and is black outside', () => {
    const whole = { left: 0, top: 0, width: 8, height: 8 };
    expect([
      ...cropResize({ ...ramp, data: new Uint8Array(64).fill(77) }, { left: 2, top: 2, width: 4, height: 4 }, 2, 2),
    ]).toEqual([77, 77, 77, 77]);
    expect(cropResize(ramp, { left: 2, top: 2, width: 4, height: 4 }, 8, 8).subarray(0, 4)).toEqual(
      Uint8Array.of(7, 9, 11, 13),
    );
    expect(cropResize(ramp, whole, 4, 4)).toHaveLength(16);
    expect([...cropResize(ramp, { left: 20, top: 20, width: 4, height: 4 }, 2, 2)]).toEqual([0, 0, 0, 0]);
  });
});
