import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCsv } from '../../lib/formats/index.js';
import { FormatError } from '../../lib/tensor/errors.js';
import { damage, expectTypedFailure } from './damage.js';

const fields = (text: string) => decodeCsv(Buffer.from(text)).map((record) => record.fields);

describe('decodeCsv', () => {
  it('reads fields, quotes and line ends', () => {
    expect(fields('a,b\r\nc,"d, ""e""\nf"\n')).toEqual([
      ['a', 'b'],
      ['c', 'd, "e"\nf'],
    ]);
    expect(fields('\ufeffa,,\n\nb')).toEqual([['a', '', ''], [''], ['b']]);
    expect(fields('')).toEqual([]);
  });

  it('reads back any fields, with their offsets', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', ' ') });
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 1, maxLength: 3 }), { maxLength: 4 }), (records) => {
        const lines = records.map(
          (record) => `${record.map((value) => `"${value.replaceAll('"', '""')}"`).join()}\r\n`,
        );
        const decoded = decodeCsv(Buffer.from(lines.join('')));
        expect(decoded.map((record) => record.fields)).toEqual(records);
        const ends = lines.map((_, i) => Buffer.byteLength(lines.slice(0, i).join('')));
        expect(decoded.map((record) => record.offset)).toEqual(ends);
      }),
    );
  });

  it('names what is wrong, and where', () => {
    expect(() => decodeCsv(Buffer.from('é,x\na,"b'), 'a.csv')).toThrow(
      new FormatError('a.csv', 7, 'a quoted field is not closed, or text follows its closing quote'),
    );
    expect(() => decodeCsv(Buffer.from('"a"b,c'), 'a.csv')).toThrow(FormatError);
    expect(() => decodeCsv(Uint8Array.of(0xff, 0xfe), 'a.csv')).toThrow('a.csv at byte 0: is not UTF-8 text');
  });

  it('meets damage with a FormatError or records', async () => {
    const bytes = Buffer.from('path,label\r\n"a,1.png",cat\r\n"say ""hi"".png",dög\r\n');
    await fc.assert(
      fc.asyncProperty(damage(bytes), (damaged) => expectTypedFailure(() => decodeCsv(damaged))),
      { numRuns: 200 },
    );
  });
});
