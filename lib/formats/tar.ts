// tar as npm and most others write it (POSIX.1-1988 "ustar", with the pax and GNU extensions for long names):
//
//   header, 512 bytes: name[100] … size[12] octal at 124 | checksum[8] at 148 | type at 156 | magic "ustar" at 257 | prefix[155] at 345
//   data, padded to 512; two empty blocks at the end
//
// Read as a stream: no more than one chunk and one header is in memory.
import { FormatError } from '../tensor/errors.js';

/** A file in an archive. Its contents must be read, or left, before the next is asked for. */
export interface TarEntry {
  /** As the archive names it: nothing vouches that it stays below the folder it is unpacked in. */
  readonly path: string;
  readonly size: number;
  readonly contents: AsyncIterable<Uint8Array>;
}

const BLOCK = 512;
const MAX_NAME = 1 << 20;

/**
 * The files of a tar archive, in order; folders, links and the like are passed over.
 *
 * @param file the name error messages give the archive
 * @throws FormatError (rejects with) for archives that are truncated or corrupt.
 * @example
 * for await (const { path, contents } of tarEntries(createReadStream('a.tgz').pipe(createGunzip()))) …
 */
export async function* tarEntries(stream: AsyncIterable<Uint8Array>, file = 'tar'): AsyncGenerator<TarEntry> {
  const reader = new Reader(stream, file);
  try {
    yield* entriesOf(reader, file);
  } finally {
    await reader.close();
  }
}

async function* entriesOf(reader: Reader, file: string): AsyncGenerator<TarEntry> {
  let longName: string | undefined;
  for (;;) {
    const start = reader.position;
    const header = await reader.take(BLOCK, start);
    if (header === undefined || header.every((byte) => byte === 0)) return;
    const { path, size, type } = readHeader(header, file, start);
    let left = size;
    const contents = reader.contents(size, (count) => {
      left -= count;
    });
    if (type === 'L' || type === 'x') {
      if (size > MAX_NAME) throw new FormatError(file, start, `a name takes ${size} bytes`);
      const chunks: Uint8Array[] = [];
      for await (const chunk of contents) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString('utf8');
      longName = type === 'L' ? text.replace(/\0.*$/s, '') : (paxPath(text) ?? longName);
    } else if (type !== 'g') {
      if (type === '0' || type === '\0') yield { path: longName ?? path, size, contents };
      longName = undefined;
    }
    if (left > 0) for await (const _ of reader.contents(left, () => {})); // what nobody read
    await reader.skip((BLOCK - (size % BLOCK)) % BLOCK);
  }
}

function readHeader(header: Uint8Array, file: string, offset: number) {
  const text = (from: number, length: number) =>
    Buffer.from(header.subarray(from, from + length))
      .toString('utf8')
      .replace(/\0.*$/s, '');
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (Number.parseInt(text(148, 8), 8) !== sum)
    throw new FormatError(file, offset, 'checksum of a tar header is wrong');
  const octal = text(124, 12).trim();
  if (!/^[0-7]+$/.test(octal))
    throw new FormatError(file, offset + 124, `size is ${JSON.stringify(octal)}, expected octal`);
  const prefix = text(257, 5) === 'ustar' ? text(345, 155) : '';
  const path = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  return { path, size: Number.parseInt(octal, 8), type: String.fromCharCode(header[156] as number) };
}

/** The path among pax records, each "length key=value\n". */
function paxPath(text: string): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text)?.[1];
}

/** Takes bytes off a stream of chunks. */
class Reader {
  position = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #file: string;
  #chunk = new Uint8Array(0) as Uint8Array;

  constructor(stream: AsyncIterable<Uint8Array>, file: string) {
    this.#chunks = stream[Symbol.asyncIterator]();
    this.#file = file;
  }

  /** Between 1 and `limit` bytes, or undefined at the end of the stream. */
  async #some(limit: number): Promise<Uint8Array | undefined> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next().catch((cause: Error) => {
        throw new FormatError(this.#file, this.position, `cannot be read: ${cause.message}`, { cause });
      });
      if (next.done) return undefined;
      this.#chunk = next.value;
    }
    const taken = this.#chunk.subarray(0, limit);
    this.#chunk = this.#chunk.subarray(taken.length);
    this.position += taken.length;
    return taken;
  }

  /** Exactly `count` bytes; undefined when the stream ended at `start` already. */
  async take(count: number, start: number): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(count);
    for (let filled = 0; filled < count; ) {
      const some = await this.#some(count - filled);
      if (some === undefined && this.position === start) return undefined;
      if (some === undefined) throw new FormatError(this.#file, this.position, 'ends within a tar header');
      bytes.set(some, filled);
      filled += some.length;
    }
    return bytes;
  }

  async *contents(size: number, onRead: (count: number) => void): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0; ) {
      const some = await this.#some(left);
      if (some === undefined) throw new FormatError(this.#file, this.position, `ends ${left} bytes before a file does`);
      left -= some.length;
      onRead(some.length);
      yield some;
    }
  }

  /** Ends the stream, wherever it stands. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const some = await this.#some(left);
      if (some === undefined) return;
      left -= some.length;
    }
  }
}
