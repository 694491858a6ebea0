// CSV (RFC 4180): records of fields separated by commas, ended by LF or CRLF; a field in double quotes may hold commas, line ends and,
// doubled, quotes. A byte order mark is skipped, as is an empty last line.
import { FormatError } from '../tensor/errors.js';

/** A record and where it begins. */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** Byte offset of its first character. */
  readonly offset: number;
}

/**
 * Decodes a CSV file in UTF-8.
 *
 * @param file the name error messages give the bytes
 * @throws FormatError for bytes that are no UTF-8 and for quotes that do not match.
 * @example
 * decodeCsv(await readFile('labels.csv')).map(({ fields }) => fields); // [['path', 'label'], ['a.jpg', 'cat']]
 */
export function decodeCsv(bytes: Uint8Array, file = 'csv'): CsvRecord[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new FormatError(file, 0, 'is not UTF-8 text', { cause });
  }
  const records: CsvRecord[] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let offset = at === 1 ? 3 : 0;
  while (at < text.length) {
    const start = at;
    const fields: string[] = [];
    for (let more = true; more; ) {
      const field = text[at] === '"' ? quoted(text, at) : plain(text, at);
      if (field === undefined) {
        const byte = offset + Buffer.byteLength(text.slice(start, at));
        throw new FormatError(file, byte, 'a quoted field is not closed, or text follows its closing quote');
      }
      fields.push(field.value);
      at = field.end + 1;
      more = text[field.end] === ',';
      if (text[field.end] === '\r') at++;
    }
    records.push({ fields, offset });
    offset += Buffer.byteLength(text.slice(start, at));
  }
  return records;
}

/** A field up to the comma or line end after it. */
function plain(text: string, start: number): { value: string; end: number } {
  let end = start;
  while (end < text.length && text[end] !== ',' && !endsLine(text, end)) end++;
  return { value: text.slice(start, end), end };
}

function quoted(text: string, start: number): { value: string; end: number } | undefined {
  let end = start + 1;
  for (; ; end++) {
    end = text.indexOf('"', end);
    if (end < 0) return undefined;
    if (text[end + 1] !== '"') break;
    end++;
  }
  const value = text.slice(start + 1, end).replaceAll('""', '"');
  end++;
  return end >= text.length || text[end] === ',' || endsLine(text, end) ? { value, end } : undefined;
}

function endsLine(text: string, at: number): boolean {
  return text[at] === '\n' || (text[at] === '\r' && text[at + 1] === '\n');
}
