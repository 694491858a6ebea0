import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { tarEntries } from '../../lib/formats/index.js';
import { FormatError } from '../../lib/tensor/errors.js';
import { damage, expectTypedFailure } from './damage.js';
import { encodeTar } from './encode_tar.js';

const folder = mkdtempSync(join(tmpdir(), 'convgrad-tar-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function* chunksOf(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Paths and texts of an archive, given in chunks of `size` bytes. */
async function texts(bytes: Uint8Array, size = 700, only?: string): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for await (const { path, contents } of tarEntries(chunksOf(bytes, size), 'a.tar')) {
    if (only !== undefined && path !== only) continue;
    const parts: Uint8Array[] = [];
    for await (const part of contents) parts.push(part);
    found.push([path, Buffer.concat(parts).toString()]);
  }
  return found;
}

describe('tarEntries', () => {
  const files = { 'package/a': 'A', 'package/empty': '', 'package/long': 'x'.repeat(1500) };
  const archive = encodeTar(files);

  it('gives the files, however the stream is cut', async () => {
    for (const size of [1, 100, 512, 5000]) expect(await texts(archive, size)).toEqual(Object.entries(files));
    expect(await texts(archive, 333, 'package/long')).toEqual([['package/long', files['package/long']]]);
  });

  it('reads what the tar command writes, long names in both dialects', async () => {
    const name = `${'d'.repeat(90)}/${'n'.repeat(120)}`;
    mkdirSync(join(folder, name.slice(0, 90)));
    writeFileSync(join(folder, name), 'deep');
    for (const dialect of ['gnu', 'pax', 'ustar']) {
      const path = dialect === 'ustar' ? name.slice(0, 90) : name;
      if (dialect === 'ustar') writeFileSync(join(folder, 'short'), 'near');
      const bytes = execFileSync('tar', ['-c', `--format=${dialect}`, dialect === 'ustar' ? 'short' : path], {
        cwd: folder,
      });
      expect(await texts(bytes)).toEqual(dialect === 'ustar' ? [['short', 'near']] : [[name, 'deep']]);
    }
  });

  it('names what is wrong, and where', async () => {
    await expect(texts(archive.subarray(0, 200))).rejects.toThrow(
      new FormatError('a.tar', 200, 'ends within a tar header'),
    );
    await expect(texts(archive.subarray(0, 512))).rejects.toThrow('a.tar at byte 512: ends 1 bytes before a file does');
    await expect(texts(Buffer.alloc(512, 'x'))).rejects.toThrow('a.tar at byte 0: checksum of a tar header is wrong');
  });

  it('meets damage with a FormatError or files', async () => {
    await fc.assert(
      fc.asyncProperty(damage(archive, 600), (damaged) => expectTypedFailure(() => texts(damaged))),
      { numRuns: 150 },
    );
  });
});
