// Text files line by line, a piece of the file at a time.
import { createReadStream } from 'node:fs';
import { show } from '../../tensor/arguments.js';
import { FormatError } from '../../tensor/errors.js';
import { fileSize } from './rows.js';

/** How a text file is encoded. */
export type TextEncoding = 'utf-8' | 'latin1';

/** A line without the white space around it, and where it is in its file. */
export interface TextLine {
  readonly text: string;
  readonly offset: number;
  /** Bytes, without the end of the line. */
  readonly length: number;
}

const PIECE = 2 ** 16;
const MAX_LINE = 2 ** 24;
const NEWLINE = 10;

/**
 * The lines of a file that are not empty, those of a piece at a time.
 *
 * @throws ArgumentError (rejects with) for a file that cannot be read; FormatError for a line that is no text of that encoding, or that
 * takes more than 16 MiB
 */
export async function* textLines(subject: string, file: string, encoding: TextEncoding): AsyncGenerator<TextLine[]> {
  await fileSize(subject, 'a file', file);
  let begun: Buffer = Buffer.alloc(0); // of a line whose end has not come
  let start = 0; // of that line
  const take = (bytes: Buffer): TextLine[] => {
    const offset = start;
    start += bytes.length + 1;
    const text = decodeLine(bytes, file, offset, encoding);
    return text === '' ? [] : [{ text, offset, length: bytes.length }];
  };
  for await (const piece of createReadStream(file, { highWaterMark: PIECE }) as AsyncIterable<Buffer>) {
    const bytes = begun.length > 0 ? Buffer.concat([begun, piece]) : piece;
    const lines: TextLine[] = [];
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      lines.push(...take(bytes.subarray(from, end)));
      from = end + 1;
    }
    begun = bytes.subarray(from);
    if (begun.length > MAX_LINE) throw new FormatError(file, start, `line takes more than ${MAX_LINE} bytes`);
    if (lines.length > 0) yield lines;
  }
  const last = begun.length > 0 ? take(begun) : [];
  if (last.length > 0) yield last;
}

/** A line's text, without the white space around it. @throws FormatError where it is none */
export function decodeLine(bytes: Uint8Array, file: string, offset: number, encoding: TextEncoding): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes).trim();
  } catch (cause) {
    throw new FormatError(file, offset, `line is not ${encoding} text`, { cause });
  }
}

/** Parts a line into its first word, a class, and the sentence after it. @throws FormatError unless it has both */
export function parseLabelled({ text, offset }: Omit<TextLine, 'length'>, file: string): [name: string, text: string] {
  const [, name, sentence] = /^(\S+)\s+(\S.*)$/s.exec(text) ?? [];
  if (name === undefined || sentence === undefined)
    throw new FormatError(file, offset, `line ${show(text.slice(0, 40))} is not a class and a sentence`);
  return [name, sentence];
}
