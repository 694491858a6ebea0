import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { show } from '../../tensor/arguments.js';
import { ArgumentError, FormatError } from '../../tensor/errors.js';

const SLICE = 4 << 20; // hashed in one go: about 2 ms between visits to the event loop

/**
 * Reads a whole file, and compares its SHA-256 (64 hexadecimal digits, of the file as it is stored) if one is given.
 *
 * @throws ArgumentError (rejects with) when it cannot be read, FormatError when its sum is another.
 */
export async function readCheckedFile(
  subject: string,
  name: string,
  path: string,
  sha256?: string,
): Promise<Uint8Array> {
  checkPath(subject, name, path);
  checkSum(subject, name, sha256);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw unreadable(subject, name, path, cause);
  }
  if (sha256 !== undefined) await compareSum(path, slices(bytes), sha256);
  return bytes;
}

/** Compares the SHA-256 of a file that is too large to be read as a whole. @throws FormatError (rejects with) when it is another */
export async function checkLargeFile(subject: string, name: string, path: string, sha256?: string): Promise<void> {
  checkSum(subject, name, sha256);
  if (sha256 !== undefined) await compareSum(path, createReadStream(path, { highWaterMark: SLICE }), sha256);
}

/** @throws ArgumentError unless `path` may be one */
export function checkPath(subject: string, name: string, path: unknown): asserts path is string {
  if (typeof path !== 'string' || path === '')
    throw new ArgumentError(`${subject}: ${name} must be a path, but received ${show(path)}`);
}

/** What is said of a file that cannot be read. */
export function unreadable(subject: string, name: string, path: string, cause: unknown): ArgumentError {
  return new ArgumentError(`${subject}: cannot read ${name} from '${path}': ${(cause as Error).message}`, { cause });
}

function checkSum(subject: string, name: string, sha256: unknown): void {
  if (sha256 !== undefined && !(typeof sha256 === 'string' && /^[0-9a-f]{64}$/i.test(sha256)))
    throw new ArgumentError(
      `${subject}: sha256 of ${name} must be 64 hexadecimal digits, but received ${show(sha256)}`,
    );
}

async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += SLICE) {
    yield bytes.subarray(start, start + SLICE);
    await setImmediate();
  }
}

async function compareSum(path: string, chunks: AsyncIterable<Uint8Array>, sha256: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  const found = hash.digest('hex');
  if (found !== sha256.toLowerCase())
    throw new FormatError(path, 0, `SHA-256 of the file is ${found}, expected ${sha256}`);
}
