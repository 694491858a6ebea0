// Compressed files too large for memory: inflated once into a temporary file, which can be read by range.
import { createReadStream, rmSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createUnzip } from 'node:zlib';
import { FormatError } from '../../tensor/errors.js';

/** A zlib or gzip stream in a file. */
export interface CompressedPart {
  readonly offset: number;
  readonly length: number;
  /** Bytes it must inflate to. */
  readonly total: number;
}

const folders = new Set<string>();

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/**
 * Inflates a part of a file into a temporary file, never to more than it announces. The end of the process removes it.
 *
 * @returns the path
 * @throws FormatError (rejects with) when the part is corrupt, truncated, longer or shorter
 */
export async function inflatedFile(file: string, part: CompressedPart): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'convgrad-'));
  if (folders.size === 0) process.once('exit', removeFolders);
  folders.add(folder);
  const inflated = path.join(folder, 'inflated');
  try {
    await inflateTo(inflated, file, part);
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(file, part.offset, `compressed data is corrupt: ${(cause as Error).message}`, { cause });
  }
  return inflated;
}

async function inflateTo(target: string, file: string, { offset, length, total }: CompressedPart): Promise<void> {
  const input = createReadStream(file, { start: offset, end: offset + length - 1 });
  const stream = createUnzip();
  input.on('error', (error) => stream.destroy(error)).pipe(stream);
  const handle = await open(target, 'wx');
  let written = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      written += chunk.length;
      if (written > total)
        throw new FormatError(file, offset, `compressed data inflates to more than the ${total} bytes announced`);
      await handle.writeFile(chunk);
    }
  } finally {
    await handle.close();
  }
  if (written !== total)
    throw new FormatError(file, offset, `compressed data inflates to ${written} bytes, expected ${total}`);
}
