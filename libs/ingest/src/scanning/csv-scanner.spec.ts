import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeBudgets } from '../feeds/record-budgets.js';
import { CsvQuotes, misplacedAt } from './csv-quotes.js';
import { CsvScanner, type CsvOptions } from './csv-scanner.js';

interface Found {
  readonly fields: readonly string[] | undefined;
  readonly offset: number;
  readonly line: number;
  readonly text: string;
}

const OPTIONS: CsvOptions = { delimiter: ',', required: [], budgets: completeBudgets() };

/** The records of a document that comes in chunks of these sizes; each chunk is overwritten by the next. */
function scan(document: string | Buffer, sizes: readonly number[] = [], options: Partial<CsvOptions> = {}): Found[] {
  const scanner = new CsvScanner({ ...OPTIONS, ...options });
  const bytes = Buffer.from(document as string);
  const chunk = Buffer.alloc(bytes.length + 1);
  const found: Found[] = [];
  const keep = (records: ReturnType<CsvScanner['push']>) => {
    for (const { fields, offset, line, bytes: raw } of records)
      found.push({ fields, offset, line, text: raw.toString() });
  };
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const length = bytes.copy(chunk, 0, at, at + (sizes[n % Math.max(1, sizes.length)] ?? bytes.length));
    at += length;
    keep(scanner.push(chunk.subarray(0, length)));
    chunk.fill(0);
  }
  keep(scanner.end());
  return found;
}

const fieldsOf = (document: string, sizes: readonly number[] = [], options: Partial<CsvOptions> = {}) =>
  scan(document, sizes, options).map(({ fields }) => fields);
const refusal = (code: string, place: object = {}) => expect.objectContaining({ code, ...place }) as Error;

/** Any text, and often what CSV gives a meaning to. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', ';', ' ') }),
);
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 5 });

describe('a CSV document', () => {
  it('gives back the rows that were written, in any chunks, with any line ends', () => {
    const document = fc.integer({ min: 1, max: 4 }).chain((width) =>
      fc.record({
        rows: fc.array(fc.array(fc.tuple(text, fc.boolean()), { minLength: width, maxLength: width })),
        lineEnd: fc.constantFrom('\n', '\r\n'),
        delimiter: fc.constantFrom(',', ';', '\t', '|'),
        mark: fc.constantFrom('', '\ufeff'),
        ended: fc.boolean(),
        sizes,
      }),
    );
    fc.assert(
      fc.property(document, ({ rows, lineEnd, delimiter, mark, ended, sizes: chunks }) => {
        const write = (field: string, always: boolean, alone: boolean) =>
          always || (alone && field === '') || /["\r\n]/.test(field) || field.includes(delimiter)
            ? `"${field.replaceAll('"', '""')}"`
            : field;
        const header = Array.from({ length: rows[0]?.length ?? 1 }, (_, index) => `column ${String(index)}`).join(
          delimiter,
        );
        const lines = rows.map((row) =>
          row.map(([field, always]) => write(field, always, row.length === 1)).join(delimiter),
        );
        const whole = mark + [header, ...lines].join(lineEnd) + (ended ? lineEnd : '');
        expect(fieldsOf(whole, chunks, { delimiter })).toEqual(rows.map((row) => row.map(([field]) => field)));
      }),
    );
  });

  it('of any text gives the same in any chunks, each record as the parser reads it alone, at its place', () => {
    const outcome = (document: string, chunks: readonly number[]) => {
      try {
        return scan(document, chunks);
      } catch (error) {
        return { error: { ...(error as object) } };
      }
    };
    fc.assert(
      fc.property(
        fc.array(text).map((lines) => `a,b\n${lines.join('\n')}`),
        sizes,
        (document, chunks) => {
          const whole = outcome(document, []);
          expect(outcome(document, chunks)).toEqual(whole);
          if (!Array.isArray(whole)) return;
          const bytes = Buffer.from(document);
          for (const { fields, offset, line, text: raw } of whole) {
            expect(bytes.toString('utf8', offset, offset + Buffer.byteLength(raw))).toBe(raw);
            expect(bytes.toString('utf8', 0, offset).split('\n')).toHaveLength(line);
            expect(fields).toEqual(readAlone(raw));
          }
        },
      ),
    );
  });

  it('tells where each record begins, by byte and line', () => {
    expect(scan('name,note\r\nÄnne,"two\nlines"\r\n\r\nBob,plain')).toEqual([
      { fields: ['Änne', 'two\nlines'], offset: 11, line: 2, text: 'Änne,"two\nlines"' },
      { fields: ['Bob', 'plain'], offset: 32, line: 5, text: 'Bob,plain' },
    ]);
  });

  it('passes over empty lines, but not over an empty text in quotes', () => {
    expect(fieldsOf('a\n\n\r\n""\nx\n')).toEqual([[''], ['x']]);
  });

  it.each(['x"y,1', '"x"y,1', '"x" ,1', 'x,1"'])(
    'says of %s that its quotes are misplaced, and reads the next',
    (bad) => {
      expect(fieldsOf(`a,b\n"1",2\n${bad}\n"3",4`)).toEqual([['1', '2'], undefined, ['3', '4']]);
    },
  );

  it('may have a header alone', () => {
    expect(scan('a,b\n')).toEqual([]);
  });

  it('that is empty may still be being written', () => {
    for (const nothing of ['', '\ufeff', '\n\n']) expect(() => scan(nothing)).toThrow(refusal('MR_FILE_TRUNCATED'));
  });

  it.each([
    ['a,b"c', 3],
    ['"a" ,b', 3],
    [' "a"', 1],
    ['"a"",b"x', 7],
    ['"a\n""b"c', 7],
    ['"a,""b""",c', -1],
    ['a,,"",b', -1],
  ])('has in %j the byte that quotes do not allow at %i', (record, at) => {
    expect(misplacedAt(Buffer.from(record), ',')).toBe(at);
  });

  it('has such a byte where csv-parse reads no record, and only there', () => {
    const record = fc.string({ unit: fc.constantFrom('"', ',', 'a', ' ', 'ü'), minLength: 1, maxLength: 12 });
    const isOpen = (text: string) => {
      const quotes = new CsvQuotes(','.charCodeAt(0));
      for (const byte of Buffer.from(text)) quotes.step(byte);
      return quotes.isOpen;
    };
    fc.assert(
      fc.property(record, (text) => {
        fc.pre(!isOpen(text));
        expect(misplacedAt(Buffer.from(text), ',') === -1).toBe(readAlone(text) !== undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused for a quote that is never closed, at the quote', () => {
    const document = 'a,b\n"1","say ""hi"""\nx,"never\nclosed\n';
    expect(() => scan(document)).toThrow(refusal('MR_QUOTE_UNCLOSED', { offset: document.indexOf('"never'), line: 3 }));
  });

  it('is refused where its header lacks a column, has one twice, or is none', () => {
    const required = ['id', 'name'];
    expect(fieldsOf('name,note,id\n1,2,3', [], { required })).toEqual([['1', '2', '3']]);
    expect(() => scan('id,note\n1,2', [], { required })).toThrow(refusal('MR_COLUMN_MISSING', { offset: 0, line: 1 }));
    expect(() => scan('1,Ann\n', [], { required })).toThrow(/lacks "id", "name"; it has "1", "Ann"/);
    expect(() => scan('\nid,name,id\n', [], { required })).toThrow(refusal('MR_COLUMN_TWICE', { offset: 1, line: 2 }));
    expect(() => scan('id,name,__proto__\n', [], { required })).toThrow(refusal('MR_KEY_RESERVED'));
    expect(() => scan('id,na"me\n')).toThrow(refusal('MR_QUOTE_MISPLACED', { offset: 5, line: 1 }));
    expect(() => scan('a,b,c\n', [], { budgets: completeBudgets({ keys: 2 }) })).toThrow(refusal('MR_TOO_MANY_KEYS'));
  });

  it('is refused where a byte is not UTF-8, where it is UTF-16, or where a record is too long', () => {
    expect(() => scan(Buffer.from('a\nx\x80\n', 'latin1'))).toThrow(refusal('MR_NOT_UTF8', { offset: 3, line: 2 }));
    expect(() => scan(Buffer.from('\ufeffa\n', 'utf16le'))).toThrow(refusal('MR_NOT_UTF8'));
    const budgets = completeBudgets({ bytes: 10 });
    for (const chunks of [[], [3]]) {
      expect(() => scan(`a\n"${'\n'.repeat(20)}"`, chunks, { budgets })).toThrow(
        refusal('MR_RECORD_TOO_LARGE', { offset: 2 }),
      );
    }
  });
});

/** One record as csv-parse reads it; undefined when it does not. */
function readAlone(raw: string): string[] | undefined {
  try {
    const records = parse(raw, { record_delimiter: ['\n'], relax_column_count: true });
    return records.length === 1 ? records[0] : undefined;
  } catch {
    return undefined;
  }
}
