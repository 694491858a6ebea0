import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { csvManifest, imageFolder } from '../../../lib/data/index.js';
import { encodePng } from '../../../lib/formats/index.js';
import { ArgumentError, FormatError } from '../../../lib/tensor/errors.js';
import { collect } from '../support.js';

const root = mkdtempSync(join(tmpdir(), 'convgrad-images-'));
afterAll(() => rmSync(root, { recursive: true }));
const put = (name: string, bytes: Uint8Array | string) => {
  mkdirSync(join(root, name, '..'), { recursive: true });
  writeFileSync(join(root, name), bytes);
  return join(root, name);
};
const plain = (red: number, green: number, blue: number, width = 4, height = 4) =>
  encodePng({
    width,
    height,
    channels: 3,
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) => [red, green, blue][i % 3] as number),
  });

put('photos/dog/b.png', plain(0, 200, 0));
put('photos/dog/deep/c.PNG', encodePng({ width: 3, height: 3, channels: 1, data: new Uint8Array(9).fill(50) }));
put('photos/cat/a.png', plain(200, 0, 0, 8, 4));
put('photos/cat/.hidden.png', 'not an image');
put('photos/cat/notes.txt', 'not an image');
const corrupt = put('corrupt/x/half.png', plain(1, 2, 3).subarray(0, 60));
put('corrupt/x/whole.png', plain(1, 2, 3));

describe('imageFolder', () => {
  it('reads a folder per class, sorted', async () => {
    const photos = await imageFolder({ folder: join(root, 'photos'), size: 2 });
    expect(photos.classes).toEqual(['cat', 'dog']);
    expect(photos.files.map(({ path, label }) => [path.slice(root.length + 8), label])).toEqual([
      ['cat/a.png', 0],
      ['dog/b.png', 1],
      ['dog/deep/c.PNG', 1],
    ]);
    const [batch] = await collect(photos.batch(3));
    expect(batch?.x.shape).toEqual([3, 2, 2, 3]);
    expect([...(batch?.x.data.subarray(0, 3) ?? [])]).toEqual([200, 0, 0]);
    expect([...(batch?.x.data.subarray(24, 27) ?? [])]).toEqual([50, 50, 50]);
    expect([...(batch?.y.data ?? [])]).toEqual([0, 1, 1]);
  });

  it('takes the classes, shape and channels asked for', async () => {
    const options = { folder: join(root, 'photos'), size: [4, 6], channels: 1, fit: 'contain' } as const;
    const photos = await imageFolder({ ...options, classes: ['dog', 'cat'] });
    const [batch] = await collect(photos.batch(3));
    expect(batch?.x.shape).toEqual([3, 4, 6, 1]);
    expect([...(batch?.y.data ?? [])]).toEqual([0, 0, 1]);
    const row = batch?.x.data.subarray(24, 30) as Uint8Array; // a square of 50 in the middle of six columns
    expect([...row]).toEqual([0, 50, 50, 50, 50, 0]);
  });

  it('names corrupt files, and leaves them out only if asked', async () => {
    const folder = join(root, 'corrupt');
    const strict = await imageFolder({ folder, size: 2 });
    await expect(collect(strict.batch(2))).rejects.toThrow(`${corrupt} at byte 0: cannot be decoded as an image`);
    const lenient = await imageFolder({ folder, size: 2, skipCorrupt: true });
    expect(lenient.size).toBe(1);
    expect(lenient.skipped).toMatchObject([{ path: corrupt, error: expect.any(FormatError) }]);
    expect(await collect(lenient.batch(2))).toHaveLength(1);
    const small = await imageFolder({ folder: join(root, 'photos'), size: 2, maxPixels: 8 });
    await expect(collect(small.batch(3))).rejects.toThrow(FormatError);
  });

  it('rejects bad options and folders', async () => {
    const size = 2;
    await expect(imageFolder({ folder: join(root, 'absent'), size })).rejects.toThrow(ArgumentError);
    await expect(imageFolder({ folder: join(root, 'photos', 'cat'), size })).rejects.toThrow('but it has none');
    await expect(imageFolder({ folder: join(root, 'photos'), size, classes: ['../corrupt'] })).rejects.toThrow(
      "has no folder '../corrupt'",
    );
    await expect(imageFolder({ folder: join(root, 'photos'), size: 0 })).rejects.toThrow('size must be a positive');
    await expect(imageFolder({ folder: join(root, 'photos'), size, fit: 'crop' as 'cover' })).rejects.toThrow(
      'fit must',
    );
  });
});

describe('csvManifest', () => {
  it('reads the files a table names', async () => {
    const file = put('photos/train.csv', 'id,path,label\n1,dog/b.png,hound\n2,"cat/a.png",cat\n');
    const signs = await csvManifest({ file, size: 2 });
    expect(signs.classes).toEqual(['cat', 'hound']);
    const [batch] = await collect(signs.batch(2));
    expect([...(batch?.y.data ?? [])]).toEqual([1, 0]);
    expect([...(batch?.x.data.subarray(0, 3) ?? [])]).toEqual([0, 200, 0]);
  });

  it('names what is wrong, and where', async () => {
    const fails = async (text: string, options = {}) =>
      expect(csvManifest({ file: put('photos/bad.csv', text), size: 2, ...options })).rejects;
    await (await fails('path,label\n../corrupt/x/whole.png,a\n')).toThrow(
      `bad.csv at byte 11: path '../corrupt/x/whole.png' leads out of '${join(root, 'photos')}'`,
    );
    await (await fails(`path,label\n/etc/hostname,a\n`)).toThrow("path '/etc/hostname' leads out of");
    await (await fails('file,label\na,b\n')).toThrow("at byte 0: has no column 'path'; it has file, label");
    await (await fails('path,label\na\n')).toThrow('at byte 11: record has 1 fields, but the header 2');
    await (await fails('path,label\na,b\n', { classes: ['c'] })).toThrow("at byte 11: class 'b' is none of c");
    await (await fails('path,label\n')).toThrow('holds no records below its header');
  });
});
