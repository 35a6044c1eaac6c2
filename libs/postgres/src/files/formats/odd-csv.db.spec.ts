import { gzipSync } from 'node:zlib';
import { zstdFrame } from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileQueries } from '../file-queries.js';
import { LoadingRig } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const HEADER = 'driver_id,name,licence,hired_on,vehicle_id,changed_at\n';
const named = (name: string, id = 'a') => `${id},${name},B,2020-02-29,,2026-01-01T00:00:00Z\n`;
const ANN = named('Ann');
const BEA = named('Bea', 'b');
const WHOLE = HEADER + ANN;
const QUOTED =
  '"driver_id","name","licence","hired_on","vehicle_id","changed_at"\n"a","Ann","B","2020-02-29","","2026-01-01T00:00:00Z"\n';
const REORDERED = 'changed_at,hired_on,driver_id,vehicle_id,licence,name\n2026-01-01T00:00:00Z,2020-02-29,a,,B,Ann\n';
const withColumn = (name: string, value: string) => WHOLE.replace('\n', `,${name}\n`).replace(/\n$/, `,${value}\n`);

async function fateOf(content: string | Uint8Array, name = 'drivers_1.csv') {
  const dropped = await rig.drop(name, content);
  await rig.load(dropped).catch(() => undefined);
  return new FileQueries(rig.database).find(dropped.id);
}
const names = async () =>
  (await rig.rowsOf('SELECT name FROM drivers ORDER BY driver_id')).map(({ name }) => name as string);

describe('an odd CSV', () => {
  it.each<[what: string, content: string, names: string[]]>([
    ['with a byte order mark', `\ufeff${WHOLE}`, ['Ann']],
    ['with CR LF', WHOLE.replaceAll('\n', '\r\n'), ['Ann']],
    ['with LF and CR LF', HEADER + ANN.replace('\n', '\r\n') + BEA, ['Ann', 'Bea']],
    ['without a last line end', WHOLE.trimEnd(), ['Ann']],
    ['that ends in a CR alone', WHOLE.replace(/\n$/, '\r'), ['Ann']],
    ['with empty lines', `\n\r\n${HEADER}\n${ANN}\n\n${BEA}\r\n\n`, ['Ann', 'Bea']],
    ['of a header alone', HEADER, []],
    ['of a header that no line end follows', HEADER.trimEnd(), []],
    ['with its columns in another order', REORDERED, ['Ann']],
    ['with a column nobody knows', withColumn('colour', 'red'), ['Ann']],
    ['with a column without a name', withColumn('', 'red'), ['Ann']],
    ['with a column of a name with a line end', withColumn('"a\nb"', '1'), ['Ann']],
    ['with quotes around every field', QUOTED, ['Ann']],
    ['with a delimiter in quotes', HEADER + named('"Ann, B."'), ['Ann, B.']],
    ['with a line end in quotes', HEADER + named('"Ann\nB."') + BEA, ['Ann\nB.', 'Bea']],
    ['with CR LF in quotes', HEADER + named('"Ann\r\nB."'), ['Ann\r\nB.']],
    ['with an empty line in quotes', HEADER + named('"Ann\n\nB."'), ['Ann\n\nB.']],
    ['with two quotes for one', HEADER + named('"Ann ""B."""'), ['Ann "B."']],
    ['with a field of one quote', HEADER + named('""""'), ['"']],
    ['with spaces around a field', HEADER + named('  Ann '), ['  Ann ']],
    ['with an apostrophe', HEADER + named("O'Ann"), ["O'Ann"]],
    ['with another delimiter in a field', HEADER + named('Ann;B.\tC.|D.'), ['Ann;B.\tC.|D.']],
    ['with a carriage return in a field', HEADER + named('An\rn'), ['An\rn']],
    ['with escapes of COPY', HEADER + named(String.raw`\N\.\t\\`), [String.raw`\N\.\t\\`]],
    ['with the end mark of COPY for a field', HEADER + named(String.raw`\.`), [String.raw`\.`]],
    ['with NULL for a name', HEADER + named('NULL'), ['NULL']],
    ['with a formula', HEADER + named('=1+1'), ['=1+1']],
    ['beyond ASCII', HEADER + named('Jürgen 🚲 安'), ['Jürgen 🚲 安']],
    ['with a byte order mark in a field', HEADER + named('\ufeffAnn'), ['\ufeffAnn']],
    ['with the longest name', HEADER + named('x'.repeat(200)), ['x'.repeat(200)]],
    ['of the same row twice', WHOLE + ANN, ['Ann']],
    ['of two names for one driver at one time', WHOLE + named('Bea'), ['Ann']],
  ])('%s is loaded', async (_, content, expected) => {
    expect(await fateOf(content)).toMatchObject({
      ...{ state: 'loaded', reason: null, counts: { rows: expected.length, rejected: 0 } },
    });
    expect(await names()).toEqual(expected);
  });

  it.each<[what: string, row: string, code: string]>([
    ['a field too few', ANN.replace(',B', ''), 'MR_FIELD_COUNT'],
    ['a field too many', ANN.replace(',B', ',B,C'), 'MR_FIELD_COUNT'],
    ['a delimiter behind it', ANN.replace('\n', ',\n'), 'MR_FIELD_COUNT'],
    ['a line of spaces', '  \n', 'MR_FIELD_COUNT'],
    ['a comment', '# Ann\n', 'MR_FIELD_COUNT'],
    ['another delimiter', ANN.replaceAll(',', ';'), 'MR_FIELD_COUNT'],
    ['delimiters alone', ',,,,,\n', 'MR_RECORD_INVALID'],
    ['the header again', HEADER, 'MR_RECORD_INVALID'],
    ['a line end outside quotes', named('An\nn'), 'MR_FIELD_COUNT'],
    ['a bare quote', named('An"n'), 'MR_QUOTE_MISPLACED'],
    ['something behind its quotes', named('"Ann" B.'), 'MR_QUOTE_MISPLACED'],
    ['a space before its quotes', named(' "Ann"'), 'MR_QUOTE_MISPLACED'],
    ['a quote behind a backslash', named(String.raw`"Ann \"B.\""`), 'MR_QUOTE_MISPLACED'],
    ['an empty name', named(''), 'MR_RECORD_INVALID'],
    ['an empty name in quotes', named('""'), 'MR_RECORD_INVALID'],
    ['a name too long', named('x'.repeat(201)), 'MR_RECORD_INVALID'],
    ['a field beyond all bounds', named('x'.repeat(1024 * 1024 + 1)), 'MR_TEXT_TOO_LONG'],
    ['a zero byte', named('A\0nn'), 'MR_RECORD_INVALID'],
    ['30 February', ANN.replace('2020-02-29', '2020-02-30'), 'MR_RECORD_INVALID'],
    ['a date the other way round', ANN.replace('2020-02-29', '29.02.2020'), 'MR_RECORD_INVALID'],
    ['the time now', ANN.replace('2026-01-01T00:00:00Z', 'now'), 'MR_RECORD_INVALID'],
  ])('with %s for a row loads the rest, and rejects that one', async (_, row, code) => {
    const file = await fateOf(HEADER + BEA + row);
    const rejects = await rig.rowsOf('SELECT index, code FROM rejects ORDER BY index');
    // A line end outside of quotes makes two rows of one.
    expect(rejects).toEqual(
      row
        .trimEnd()
        .split('\n')
        .map((_part, at) => ({ index: 1 + at, code })),
    );
    expect(file).toMatchObject({ state: 'loaded', counts: { loaded: 1, rejected: rejects.length, rows: 1 } });
    expect(await names()).toEqual(['Bea']);
  });

  it.each<[what: string, content: string | Uint8Array, code: string]>([
    ['that is empty', '', 'MR_FILE_TRUNCATED'],
    ['of a byte order mark alone', '\ufeff', 'MR_FILE_TRUNCATED'],
    ['of empty lines alone', '\n\r\n\n', 'MR_FILE_TRUNCATED'],
    ['without a header', ANN, 'MR_COLUMN_MISSING'],
    ['with its header behind a row', ANN + HEADER, 'MR_COLUMN_MISSING'],
    ['with a comment above its header', `# drivers\n${WHOLE}`, 'MR_COLUMN_MISSING'],
    ['without a column', WHOLE.replace('licence,', '').replace('B,', ''), 'MR_COLUMN_MISSING'],
    [
      'without the column of a field that may be empty',
      WHOLE.replace('vehicle_id,', '').replace(',,', ','),
      'MR_COLUMN_MISSING',
    ],
    ['with its header in capitals', WHOLE.replace(HEADER, HEADER.toUpperCase()), 'MR_COLUMN_MISSING'],
    ['with spaces in its header', WHOLE.replace(HEADER, HEADER.replaceAll(',', ', ')), 'MR_COLUMN_MISSING'],
    ['with a column twice', withColumn('name', 'Bea'), 'MR_COLUMN_TWICE'],
    ['with two columns without a name', WHOLE.replaceAll('\n', ',,\n'), 'MR_COLUMN_TWICE'],
    ['with a column __proto__', withColumn('__proto__', '1'), 'MR_KEY_RESERVED'],
    ['with columns without end', WHOLE.replace('\n', `${',x'.repeat(10_000)}\n`), 'MR_TOO_MANY_KEYS'],
    ['with a bare quote in its header', WHOLE.replace('licence', 'lic"ence'), 'MR_QUOTE_MISPLACED'],
    ['with semicolons between its fields', WHOLE.replaceAll(',', ';'), 'MR_COLUMN_MISSING'],
    ['with tabs between its fields', WHOLE.replaceAll(',', '\t'), 'MR_COLUMN_MISSING'],
    ['with CR alone for line ends', WHOLE.replaceAll('\n', '\r'), 'MR_COLUMN_MISSING'],
    ['with a quote that is never closed', WHOLE + named('"Bea', 'b') + ANN, 'MR_QUOTE_UNCLOSED'],
    ['that ends in quotes', (WHOLE + named('"Bea, B."', 'b')).slice(0, -40), 'MR_QUOTE_UNCLOSED'],
    ['with a field longer than a record may be', HEADER + named('x'.repeat(17 * 1024 * 1024)), 'MR_RECORD_TOO_LARGE'],
    ['whose rows are all bad', `${HEADER}bad\nworse\n`, 'MR_TOO_MANY_REJECTS'],
    ['in UTF-16, little end first', Buffer.from(`\ufeff${WHOLE}`, 'utf16le'), 'MR_NOT_UTF8'],
    ['in UTF-16, big end first', Buffer.from(`\ufeff${WHOLE}`, 'utf16le').swap16(), 'MR_NOT_UTF8'],
    ['in UTF-16 without its mark', Buffer.from(WHOLE, 'utf16le'), 'MR_NOT_UTF8'],
    ['in UTF-16 without its mark, big end first', Buffer.from(WHOLE, 'utf16le').swap16(), 'MR_NOT_UTF8'],
    ['in Latin-1', Buffer.from(HEADER + named('Jürgen'), 'latin1'), 'MR_NOT_UTF8'],
    ['that is JSON', '{"drivers": []}', 'MR_QUOTE_MISPLACED'],
    ['that is HTML', '<html></html>', 'MR_COLUMN_MISSING'],
    ['that is gzip and not named so', gzipSync(WHOLE), 'MR_NOT_UTF8'],
    ['that is zeros', Buffer.alloc(4096), 'MR_NOT_UTF8'],
  ])('%s is quarantined, and nothing of it is loaded', async (_, content, code) => {
    expect(await fateOf(content)).toMatchObject({ state: 'quarantined', counts: null, reason: { code } });
    expect(await names()).toEqual([]);
  });

  it.each([
    { suffix: '.gz', pack: gzipSync },
    { suffix: '.zst', pack: zstdFrame },
  ])('packed as $suffix is loaded, and one that breaks off is quarantined', async ({ suffix, pack }) => {
    const packed = pack(Buffer.from(WHOLE));
    expect(await fateOf(packed, `drivers_1.csv${suffix}`)).toMatchObject({ state: 'loaded', counts: { rows: 1 } });
    expect(await fateOf(packed.subarray(0, -1), `drivers_2.csv${suffix}`)).toMatchObject({
      ...{ state: 'quarantined', reason: { code: 'MR_FILE_TRUNCATED' } },
    });
    expect(await names()).toEqual(['Ann']);
  });
});
