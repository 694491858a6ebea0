// Records of equal length: in memory, or read by range from a file too large for it.
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { ByteSource } from '../../formats/byte_source.js';
import { checkInteger } from '../../tensor/arguments.js';
import { FormatError } from '../../tensor/errors.js';
import { checkPath, unreadable } from './checked_file.js';

/** Files above this many bytes are read by range, batch by batch, instead of being held in memory. */
export const DEFAULT_MEMORY_LIMIT = 512 * 2 ** 20;

/** Records of `length` bytes each. */
export interface Rows {
  readonly count: number;
  readonly length: number;
  /** The records with these numbers, one after the other. */
  gather(indices: Uint32Array): Promise<Uint8Array>;
}

/** Records in memory. */
export function memoryRows(bytes: Uint8Array, length: number): Rows {
  return {
    count: bytes.length / length,
    length,
    gather: async (indices) => {
      const rows = new Uint8Array(indices.length * length);
      indices.forEach((index, i) => {
        rows.set(bytes.subarray(index * length, (index + 1) * length), i * length);
      });
      return rows;
    },
  };
}

/** Records in a file, from byte `start` on. Consecutive records are read in one go; no file stays open between batches. */
export function fileRows(path: string, start: number, count: number, length: number): Rows {
  return {
    count,
    length,
    gather: (indices) =>
      withFile(path, async (handle) => {
        const rows = new Uint8Array(indices.length * length);
        const reads: Promise<void>[] = []; // side by side: the event loop is visited for many at a time
        for (let i = 0; i < indices.length; ) {
          const first = indices[i] as number;
          let run = 1;
          while (indices[i + run] === first + run) run++;
          reads.push(readFully(handle, path, rows.subarray(i * length, (i + run) * length), start + first * length));
          i += run;
        }
        await settled(reads);
        return rows;
      }),
  };
}

/** Parts of a file, of any lengths. @throws FormatError (rejects with) where it has become shorter */
export function readParts(
  path: string,
  parts: readonly { readonly offset: number; readonly length: number }[],
): Promise<Uint8Array[]> {
  return withFile(path, async (handle) => {
    const found = parts.map(({ length }) => new Uint8Array(length));
    await settled(parts.map(({ offset }, i) => readFully(handle, path, found[i] as Uint8Array, offset)));
    return found;
  });
}

/** Several files' records as one. */
export function concatRows(parts: readonly Rows[]): Rows {
  const [first] = parts as [Rows];
  if (parts.length === 1) return first;
  const { length } = first;
  const starts: number[] = [];
  let count = 0;
  for (const part of parts) {
    starts.push(count);
    count += part.count;
  }
  return {
    count,
    length,
    gather: async (indices) => {
      const rows = new Uint8Array(indices.length * length);
      for (const [p, part] of parts.entries()) {
        const start = starts[p] as number;
        const places = [...indices.keys()].filter(
          (i) => (indices[i] as number) >= start && (indices[i] as number) < start + part.count,
        );
        if (places.length === 0) continue;
        const found = await part.gather(Uint32Array.from(places, (i) => (indices[i] as number) - start));
        places.forEach((place, i) => {
          rows.set(found.subarray(i * length, (i + 1) * length), place * length);
        });
      }
      return rows;
    },
  };
}

/** Calls `visit` with all records, some at a time. */
export async function forEachRows(rows: Rows, visit: (rows: Uint8Array, first: number) => void): Promise<void> {
  const step = Math.max(1, Math.floor(2 ** 22 / rows.length));
  for (let first = 0; first < rows.count; first += step) {
    const count = Math.min(step, rows.count - first);
    visit(await rows.gather(Uint32Array.from({ length: count }, (_, i) => first + i)), first);
  }
}

/** A file as a source of ranges. */
export async function fileSource(subject: string, name: string, path: string): Promise<ByteSource> {
  return {
    size: await fileSize(subject, name, path),
    read: (offset, length) =>
      withFile(path, async (handle) => {
        const bytes = new Uint8Array(length);
        const { bytesRead } = await handle.read(bytes, 0, length, offset);
        return bytes.subarray(0, bytesRead);
      }),
  };
}

/** Bytes of a file. @throws ArgumentError (rejects with) when `path` names none that can be read */
export async function fileSize(subject: string, name: string, path: string): Promise<number> {
  checkPath(subject, name, path);
  try {
    const status = await stat(path);
    if (!status.isFile()) throw new Error('it is not a file');
    return status.size;
  } catch (cause) {
    throw unreadable(subject, name, path, cause);
  }
}

/** @throws ArgumentError unless `limit` is a number of bytes */
export function checkMemoryLimit(subject: string, limit: unknown): asserts limit is number {
  checkInteger(subject, 'memoryLimit', limit, 0);
}

async function readFully(handle: FileHandle, path: string, into: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0)
      throw new FormatError(path, position + done, 'ends early: it was longer when it was opened first');
    done += bytesRead;
  }
}

/** Waits for all reads, for none may go on when its file is closed. @throws (rejects with) the first error */
async function settled(reads: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(reads)) if (result.status === 'rejected') throw result.reason;
}

async function withFile<T>(path: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r').catch((cause: Error) => {
    throw new FormatError(path, 0, `can no longer be read: ${cause.message}`, { cause });
  });
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
