// Bounded inflation of deflate streams: a file never takes more memory than the length its own header announced, and a length that
// the compressed bytes cannot hold is refused before anything is allocated.
import { constants as limits } from 'node:buffer';
import { promisify } from 'node:util';
import { unzip, unzipSync, constants as zlib } from 'node:zlib';
import { FormatError } from '../tensor/errors.js';

/** Deflate shrinks its input at most this much. */
const MAX_DEFLATE_RATIO = 1032;

/**
 * Inflates a zlib or gzip stream that must come out at exactly `total` bytes.
 *
 * @param offset where the stream begins in its file, for messages
 * @throws FormatError (rejects with) when it is corrupt, truncated, longer or shorter
 */
export async function inflateExactly(
  compressed: Uint8Array,
  total: number,
  file: string,
  offset: number,
): Promise<Uint8Array> {
  checkRatio(compressed.length, total, file, offset);
  if (total > limits.MAX_LENGTH)
    throw new FormatError(file, offset, `announces ${total} bytes, more than the ${limits.MAX_LENGTH} Node can hold`);
  let bytes: Uint8Array;
  try {
    bytes = await promisify(unzip)(compressed, { maxOutputLength: Math.max(total, 1) });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem =
      code === 'ERR_BUFFER_TOO_LARGE'
        ? `compressed data inflates to more than the ${total} bytes announced`
        : `compressed data is corrupt: ${message}`;
    throw new FormatError(file, offset, problem, { cause });
  }
  if (bytes.length !== total)
    throw new FormatError(file, offset, `compressed data inflates to ${bytes.length} bytes, expected ${total}`);
  return bytes;
}

/** @throws FormatError when `compressed` bytes cannot hold `total` bytes */
export function checkRatio(compressed: number, total: number, file: string, offset: number): void {
  if (total > MAX_DEFLATE_RATIO * compressed)
    throw new FormatError(file, offset, `announces ${total} bytes, more than ${compressed} compressed bytes can hold`);
}

/** What the beginning of a zlib or gzip stream inflates to, at most a thousandfold. @throws FormatError when it is corrupt */
export function inflatePrefix(compressed: Uint8Array, file: string, offset: number): Uint8Array {
  try {
    return unzipSync(compressed, { finishFlush: zlib.Z_SYNC_FLUSH });
  } catch (cause) {
    throw new FormatError(file, offset, `compressed data is corrupt: ${(cause as Error).message}`, { cause });
  }
}
