import { createHash } from 'node:crypto';
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
  if (typeof path !== 'string')
    throw new ArgumentError(`${subject}: ${name} must be a path, but received ${show(path)}`);
  if (sha256 !== undefined && !(typeof sha256 === 'string' && /^[0-9a-f]{64}$/i.test(sha256))) {
    throw new ArgumentError(
      `${subject}: sha256 of ${name} must be 64 hexadecimal digits, but received ${show(sha256)}`,
    );
  }
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new ArgumentError(`${subject}: cannot read ${name} from '${path}': ${(cause as Error).message}`, { cause });
  }
  if (sha256 === undefined) return bytes;
  const hash = createHash('sha256');
  for (let start = 0; start < bytes.length; start += SLICE) {
    hash.update(bytes.subarray(start, start + SLICE));
    await setImmediate();
  }
  const found = hash.digest('hex');
  if (found !== sha256.toLowerCase())
    throw new FormatError(path, 0, `SHA-256 of the file is ${found}, expected ${sha256}`);
  return bytes;
}
