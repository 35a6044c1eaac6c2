import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineScanner } from './line-scanner.js';
import type { RawRecord } from './raw-record.js';

/** The records of a document that comes in chunks of these sizes; each chunk is overwritten by the next. */
function scan(
  text: string,
  sizes: readonly number[] = [],
  maxBytes = 1_000,
): (Omit<RawRecord, 'bytes'> & { text: string })[] {
  const scanner = new LineScanner(maxBytes);
  const bytes = Buffer.from(text);
  const chunk = Buffer.alloc(bytes.length + 1);
  const found: (Omit<RawRecord, 'bytes'> & { text: string })[] = [];
  const keep = (records: readonly RawRecord[]) => {
    for (const { bytes: raw, ...record } of records) found.push({ ...record, text: raw.toString() });
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

const texts = (text: string) => scan(text).map((record) => record.text);

describe('a document of a record a line', () => {
  it('gives each line with its place', () => {
    expect(scan('{"a":1}\n\n {"b":{"c":2}} \r\n')).toEqual([
      { index: 0, path: [0], offset: 0, line: 1, members: 1, depth: 1, text: '{"a":1}' },
      { index: 1, path: [1], offset: 10, line: 3, members: 2, depth: 2, text: '{"b":{"c":2}}' },
    ]);
  });

  it('may begin with a byte order mark, and end without a newline', () => {
    expect(texts('\ufeff{"a":1}\n{"b":2}')).toEqual(['{"a":1}', '{"b":2}']);
  });

  it('gives a line that is no JSON too: it harms no other', () => {
    expect(texts('{"a":1}\nnonsense\n{"b":2}\n')).toEqual(['{"a":1}', 'nonsense', '{"b":2}']);
  });

  it('of spaces has no record', () => {
    expect(texts(' \n\r\n\n')).toEqual([]);
  });

  it('that is empty, or whose last line breaks off, may still be being written', () => {
    expect(() => new LineScanner(10).end()).toThrow(expect.objectContaining({ code: 'MR_FILE_TRUNCATED' }) as Error);
    expect(() => scan('{"a":1}\n{"b":')).toThrow(
      expect.objectContaining({ code: 'MR_FILE_TRUNCATED', line: 2 }) as Error,
    );
  });

  it('is refused where a byte is not UTF-8, or a line is too long', () => {
    const broken = Buffer.from('{"a":1}\n{"b":"?"}\n');
    broken[14] = 0x80;
    const scanner = new LineScanner(100);
    expect(scanner.push(broken)).toHaveLength(1);
    expect(() => scanner.end()).toThrow(expect.objectContaining({ code: 'MR_NOT_UTF8', offset: 14, line: 2 }) as Error);
    expect(() => scan(`{"a":"${'x'.repeat(100)}"}\n`, [7], 50)).toThrow(
      expect.objectContaining({ code: 'MR_RECORD_TOO_LARGE' }) as Error,
    );
  });

  it('is refused where it is UTF-16 without a mark, in whatever chunks it comes', () => {
    const wide = Buffer.from('{"a":1}\n', 'utf16le');
    for (const bytes of [wide, Buffer.from(wide).swap16()]) {
      const scanner = new LineScanner(100);
      const push = () => [...bytes].map((byte) => scanner.push(Buffer.of(byte)));
      expect(push).toThrow(expect.objectContaining({ code: 'MR_NOT_UTF8', line: 1 }) as Error);
    }
  });

  it('gives what its lines hold, whatever they hold and wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { minLength: 1 }),
        fc.array(fc.integer({ min: 1, max: 40 })),
        (values, sizes) => {
          const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
          const found = scan(text, sizes, 1_000_000);
          expect(found.map((record) => JSON.parse(record.text) as unknown)).toEqual(
            JSON.parse(`[${values.map((value) => JSON.stringify(value)).join()}]`),
          );
          const bytes = Buffer.from(text);
          for (const { offset, text: raw } of found)
            expect(bytes.subarray(offset, offset + Buffer.byteLength(raw)).toString()).toBe(raw);
        },
      ),
    );
  });
});
