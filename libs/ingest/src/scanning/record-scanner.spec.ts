import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EarlyEndError, FileRefusedError } from './document.errors.js';
import { MAX_DEPTH } from './json-envelope.js';
import { RecordScanner } from './record-scanner.js';
import { completeBudgets } from '../feeds/record-budgets.js';
import { parseRecordsPath } from '../feeds/records-path.js';

const RECORDS = 'records';

/** A document's records as the scanner finds them when the bytes come in these chunks. */
function scan(chunks: readonly Buffer[], path = `/${RECORDS}`): unknown[] {
  const scanner = new RecordScanner(parseRecordsPath(path));
  const found = chunks.flatMap((chunk) => {
    // As a reader that reuses its buffer would.
    const reused = Buffer.from(chunk);
    const values = scanner.push(reused).map(({ bytes }) => JSON.parse(bytes.toString()) as unknown);
    reused.fill(0);
    return values;
  });
  const lone = scanner.end();
  return lone ? [JSON.parse(lone.bytes.toString())] : found;
}

function refusalOf(document: string | Buffer, path?: string): FileRefusedError {
  try {
    scan([Buffer.from(document)], path);
  } catch (error) {
    if (error instanceof FileRefusedError) return error;
    throw error;
  }
  throw new Error('The document was not refused.');
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

const text = fc.string({ unit: 'binary' });
const value = fc.jsonValue({ stringUnit: 'binary', maxDepth: 3 });
const indent = fc.constantFrom(undefined, 1, '\t');
const places = fc.array(fc.nat(), { maxLength: 12 });
/** Any document with records: other keys before and after them, and any values. */
const document = fc
  .record({
    before: fc.dictionary(text, value, { noNullPrototype: true, maxKeys: 3 }),
    records: fc.array(value),
    after: fc.dictionary(text, value, { noNullPrototype: true, maxKeys: 3 }),
    indent,
  })
  .map(({ before, records, after, indent: space }) => {
    const others = Object.entries({ ...before, ...after }).filter(([key]) => key !== RECORDS);
    const half = others.length >> 1;
    // Not through an object, where keys like "2" would come first.
    const members = [...others.slice(0, half), [RECORDS, records] as const, ...others.slice(half)];
    const json = members.map(([key, member]) => `${JSON.stringify(key)} :${JSON.stringify(member, null, space)}`);
    return {
      records: JSON.parse(JSON.stringify(records)) as unknown[],
      bytes: Buffer.from(`{${json.join(' ,\n')}}\n`),
    };
  });

describe('RecordScanner', () => {
  it('finds what JSON.parse finds, however the bytes are cut', () => {
    fc.assert(
      fc.property(document, places, ({ records, bytes }, cuts) => {
        expect(scan(cut(bytes, cuts))).toEqual(records);
      }),
    );
  });

  it('takes an early end for one at every byte before the last bracket', () => {
    fc.assert(
      fc.property(document, fc.nat(), places, ({ bytes }, length, cuts) => {
        const documentLength = bytes.length - 1;
        const part = bytes.subarray(0, length % documentLength);
        expect(() => scan(cut(part, cuts))).toThrow(EarlyEndError);
      }),
    );
  });

  it('accepts no bytes that JSON.parse refuses', () => {
    const damaged = fc.tuple(document, fc.nat(), fc.nat(255)).map(([{ bytes }, at, byte]) => {
      const copy = Buffer.from(bytes);
      copy[at % copy.length] = byte;
      return copy;
    });
    fc.assert(
      fc.property(damaged, places, (bytes, cuts) => {
        let accepted: unknown[];
        try {
          accepted = scan(cut(bytes, cuts));
        } catch {
          return;
        }
        const whole = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<string, unknown>;
        // Without the key the document is one record.
        expect(accepted).toEqual(Object.hasOwn(whole, RECORDS) ? whole[RECORDS] : [whole]);
      }),
      { numRuns: 1000 },
    );
  });

  it('says the same of a wrong document however its bytes are cut', () => {
    fc.assert(
      fc.property(places, (cuts) => {
        const bytes = Buffer.from('{"a": [1, {"b": "ü"}],\n "records": [1, 2] x}');
        expect(() => scan(cut(bytes, cuts))).toThrow(
          expect.objectContaining({ code: 'MR_JSON_SYNTAX', offset: 43, line: 2 }),
        );
      }),
    );
  });

  it('leaves an element that is no JSON to the check of records', () => {
    const found = new RecordScanner([]).push(Buffer.from('[1, undefined, tru, 01, 2]'));
    expect(found.map(({ bytes }) => bytes.toString())).toEqual(['1', 'undefined', 'tru', '01', '2']);
  });

  it('tells where each record begins', () => {
    const bytes = Buffer.from('{"records":\n[ {"a":\n1},\n\n"x"]}');
    const places = new RecordScanner([RECORDS]).push(bytes).map(({ index, offset, line }) => ({ index, offset, line }));
    expect(places).toEqual([
      { index: 0, offset: 14, line: 2 },
      { index: 1, offset: 25, line: 5 },
    ]);
  });

  it.each([
    ['the document itself', '', '[1, 2]'],
    ['a nested array', '/fleet/events', '{"fleet": {"x": {"events": [9]}, "events": [1, 2]}, "events": [8]}'],
    ['a key written with escapes', '/records', String.raw`{"\u0072ecords": [1, 2]}`],
    ['a document that is the array, though a path is declared', '/records', '[1, 2]'],
    ['a document after a byte order mark', '/records', '\ufeff{"records": [1, 2]}'],
    ['lines that end in CR LF', '/records', '{\r\n"records": [\r\n1,\r\n2\r\n]\r\n}\r\n'],
    ['a key that needs escaping in a pointer', '/a~1b~0c', '{"a/b~c": [1, 2]}'],
  ])('finds records in %s', (_, path, json) => {
    expect(scan([Buffer.from(json)], path)).toEqual([1, 2]);
  });

  it.each([
    ['two documents', '{"records": []} {"records": []}', 'MR_JSON_SYNTAX'],
    ['trailing garbage', '{"records": []}x', 'MR_JSON_SYNTAX'],
    ['two byte order marks', '\ufeff\ufeff{"records": []}', 'MR_JSON_SYNTAX'],
    ['half a byte order mark', Buffer.from([0xef, 0xbb, 0x7b, 0x7d]), 'MR_NOT_UTF8'],
    ['UTF-16 with its mark', Buffer.from('\ufeff{"records": []}', 'utf16le'), 'MR_NOT_UTF8'],
    ['UTF-16 without a mark', Buffer.from('{"records": []}', 'utf16le'), 'MR_NOT_UTF8'],
    ['UTF-16, the high byte first', Buffer.from('{"records": []}', 'utf16le').swap16(), 'MR_NOT_UTF8'],
    ['a lone number', '1 ', 'MR_RECORDS_MISSING'],
    ['NaN around the records', '{"a": NaN, "records": []}', 'MR_JSON_SYNTAX'],
    ['a comma after the last record', '{"records": [1,]}', 'MR_JSON_SYNTAX'],
    ['a comma after the last key', '{"records": [],}', 'MR_JSON_SYNTAX'],
    ['a number with a leading zero around the records', '{"a": 01, "records": []}', 'MR_JSON_SYNTAX'],
    ['a raw newline in a text around the records', '{"a": "\n", "records": []}', 'MR_JSON_SYNTAX'],
    ['records that are an object', '{"records": {}}', 'MR_RECORDS_MISSING'],
    ['records that are null', '{"records": null}', 'MR_RECORDS_MISSING'],
    ['records twice', '{"records": [1], "records": [2]}', 'MR_RECORDS_TWICE'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22]), 'MR_NOT_UTF8'],
    ['a nesting without end', '['.repeat(MAX_DEPTH), 'MR_FILE_TRUNCATED'],
    ['a deep value around the records', `{"a": ${'['.repeat(MAX_DEPTH)}`, 'MR_JSON_TOO_DEEP'],
  ])('refuses %s', (_, json, code) => {
    expect(refusalOf(json).code).toBe(code);
  });

  it('gives the document itself when it is an object without the path', () => {
    const bytes = Buffer.from('\ufeff\n{"a": {"b": 1}, "c": []} \n');
    for (const chunks of [[bytes], cut(bytes, [1, 2, 5, 9])]) {
      const scanner = new RecordScanner([RECORDS]);
      for (const chunk of chunks) expect(scanner.push(chunk)).toEqual([]);
      const { bytes: record, ...place } = scanner.end() ?? { bytes: '' };
      expect(record.toString()).toBe('{"a": {"b": 1}, "c": []}');
      expect(place).toEqual({ index: 0, path: [], offset: 4, line: 2, members: 3, depth: 2 });
    }
  });

  it('gives no document that is longer than a record may be', () => {
    const scanner = new RecordScanner([RECORDS], 100);
    for (let sent = 0; sent < 2; sent++) scanner.push(Buffer.from(sent === 0 ? '{' : '"a": 1}'.padStart(120)));
    expect(() => scanner.end()).toThrow(expect.objectContaining({ code: 'MR_RECORDS_MISSING' }));
  });

  it('counts the keys and the depth of each record, whatever its texts hold', () => {
    const bytes = Buffer.from(String.raw`{"records": [{"a:{": ":[\":", "b": [{"c": 1, "c": 2}]}, "x:{", 1]}`);
    const measures = cut(bytes, [20, 21, 30]).flatMap(
      (
        (scanner) => (chunk: Buffer) =>
          scanner.push(chunk).map(({ members, depth }) => [members, depth])
      )(new RecordScanner([RECORDS])),
    );
    expect(measures).toEqual([
      [4, 3],
      [0, 0],
      [0, 0],
    ]);
  });

  it('refuses a record that does not end, before memory does', () => {
    const scanner = new RecordScanner([RECORDS]);
    scanner.push(Buffer.from('{"records": ["'));
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const pushes = () => {
      for (let sent = 0; sent <= completeBudgets().bytes; sent += chunk.length) scanner.push(chunk);
    };
    expect(pushes).toThrow(expect.objectContaining({ code: 'MR_RECORD_TOO_LARGE', pointer: '/records/0' }));
  });
});
