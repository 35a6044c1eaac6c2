import { gzipSync } from 'node:zlib';
import { vehiclesStatus } from '@millrace/ingest';
import { zstdFrame, zstdRun, zstdSkippable } from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileQueries } from '../file-queries.js';
import { LoadingRig } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const GOOD = '{"vehicle_id": "v", "report_time": "2022-05-01T00:00:00Z", "status": "driving"}';
const OTHER = GOOD.replace('"v"', '"w"');
const WHOLE = `{"vehicle_status": [${GOOD}]}`;
const saying = (...status: number[]) => {
  const [before = '', after = ''] = WHOLE.split('driving');
  return Buffer.concat([Buffer.from(before), Buffer.from(status), Buffer.from(after)]);
};
const loaded = (rows: number) => ({ state: 'loaded', reason: null, counts: { rows, rejected: 0 } });
const refused = (code: string, saying = '') => ({
  ...{ state: 'quarantined', counts: null },
  reason: { code, message: expect.stringContaining(saying) as string },
});
type Fate = ReturnType<typeof loaded> | ReturnType<typeof refused>;

async function fateOf(name: string, content: string | Uint8Array, by = rig.loaderOf([vehiclesStatus])) {
  const dropped = await rig.drop(name, content);
  await rig.load(dropped, by).catch(() => undefined);
  return new FileQueries(rig.database).find(dropped.id);
}

describe('a file of odd bytes', () => {
  it.each<[what: string, content: Buffer, fate: Fate]>([
    ['in UTF-16, little end first', Buffer.from(`\ufeff${WHOLE}`, 'utf16le'), refused('MR_NOT_UTF8')],
    ['in UTF-16, big end first', Buffer.from(`\ufeff${WHOLE}`, 'utf16le').swap16(), refused('MR_NOT_UTF8')],
    ['in UTF-16 without its mark', Buffer.from(WHOLE, 'utf16le'), refused('MR_NOT_UTF8')],
    ['in UTF-32, big end first', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x7b]), refused('MR_NOT_UTF8')],
    ['in Latin-1', Buffer.from(WHOLE.replace('driving', 'fährt'), 'latin1'), refused('MR_NOT_UTF8')],
    ['with a byte that goes on from none', saying(0x80), refused('MR_NOT_UTF8')],
    ['with a character cut off', saying(0xe2, 0x82), refused('MR_NOT_UTF8')],
    ['with a slash in two bytes', saying(0xc0, 0xaf), refused('MR_NOT_UTF8')],
    ['with a zero in two bytes', saying(0xc0, 0x80), refused('MR_NOT_UTF8')],
    ['with half a surrogate pair in three bytes', saying(0xed, 0xa0, 0x80), refused('MR_NOT_UTF8')],
    ['with a character beyond the last', saying(0xf4, 0x90, 0x80, 0x80), refused('MR_NOT_UTF8')],
    ['with the last character there is', saying(0xf4, 0x8f, 0xbf, 0xbf), loaded(1)],
    ['with a character that is none', saying(0xef, 0xbf, 0xbe), loaded(1)],
    ['with a byte order mark in a text', saying(0xef, 0xbb, 0xbf, 0x61), loaded(1)],
    ['with two byte order marks', Buffer.from(`\ufeff\ufeff${WHOLE}`), refused('MR_JSON_SYNTAX')],
    ['with a space that JSON does not know', Buffer.from(`\u00a0${WHOLE}`), refused('MR_JSON_SYNTAX')],
    ['with a line separator in a text', saying(0xe2, 0x80, 0xa8), loaded(1)],
    ['with DEL in a text', saying(0x7f), loaded(1)],
    ['that is a zip', Buffer.from('PK\u0003\u0004'), refused('MR_JSON_SYNTAX')],
    [
      'that is gzip and not named so',
      gzipSync(WHOLE),
      refused('MR_JSON_SYNTAX', 'packed once, and its name ends in .gz'),
    ],
    [
      'that is zstd and not named so',
      zstdFrame(Buffer.from(WHOLE)),
      refused('MR_JSON_SYNTAX', 'packed once, and its name ends in .zst'),
    ],
    ['that is zeros', Buffer.alloc(4096), refused('MR_NOT_UTF8')],
  ])('%s meets its fate', async (_, content, fate) => {
    expect(await fateOf('vehicles_status_1.json', content)).toMatchObject(fate);
  });
});

describe('an odd gzip', () => {
  const packed = gzipSync(WHOLE);
  const flipped = Buffer.from(packed);
  flipped[flipped.length - 8] = (flipped[flipped.length - 8] ?? 0) ^ 1;
  const bomb = gzipSync(Buffer.concat([Buffer.from(WHOLE), Buffer.alloc(70 * 1024 * 1024, ' ')]));

  it.each<[what: string, content: Uint8Array | string, fate: Fate]>([
    ['packed at the best', gzipSync(WHOLE, { level: 9 }), loaded(1)],
    ['not packed at all', gzipSync(WHOLE, { level: 0 }), loaded(1)],
    ['in two members', Buffer.concat([gzipSync(WHOLE.slice(0, 40)), gzipSync(WHOLE.slice(40))]), loaded(1)],
    ['of one member a document', Buffer.concat([packed, packed]), refused('MR_JSON_SYNTAX')],
    ['with zeros behind it, as tapes pad', Buffer.concat([packed, Buffer.alloc(512)]), loaded(1)],
    ['that ends early', packed.subarray(0, -12), refused('MR_FILE_TRUNCATED')],
    ['without its check sum', packed.subarray(0, -4), refused('MR_FILE_TRUNCATED')],
    ['with a wrong check sum', flipped, refused('MR_GZIP_INVALID')],
    ['of half a document', gzipSync(WHOLE.slice(0, 40)), refused('MR_FILE_TRUNCATED')],
    ['of nothing', gzipSync(''), refused('MR_FILE_TRUNCATED')],
    ['of no bytes', '', refused('MR_FILE_TRUNCATED')],
    ['that is JSON', WHOLE, refused('MR_GZIP_INVALID')],
    ['that is gzip twice', gzipSync(packed), refused('MR_JSON_SYNTAX', 'packed once, and its name ends in .gz')],
    ['that is a bomb', bomb, refused('MR_FILE_EXPANDS_TOO_FAR')],
  ])('%s meets its fate', { timeout: 120_000 }, async (_, content, fate) => {
    expect(await fateOf('vehicles_status_1.json.gz', content)).toMatchObject(fate);
  });
});

describe('an odd zstd', () => {
  /** `zstd` of that document, with its check sum, by zstd 1.5.4. */
  const packed = Buffer.from(
    [
      'KLUv/QRYpQIAkkQRGYDVOdvtkPvxfrKutjtDBD3/IK08SDkSBwTRiE8ahuzan+jEUh0CTYImpVQtw83aOc+6Jzp8rjcucv0B+ujHdkFYWfhA',
      'BABJKE13CrDNbZMJpuj9ww==',
    ].join(''),
    'base64',
  );
  const whole = Buffer.from(WHOLE);
  const half = (from: number, to?: number) => zstdFrame(whole.subarray(from, to));
  const flipped = Buffer.from(packed);
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
  const bomb = Buffer.concat([packed, zstdRun(0x20, 70 * 1024 * 1024)]);

  it.each<[what: string, content: Uint8Array | string, fate: Fate]>([
    ['with its check sum', packed, loaded(1)],
    ['without a check sum', zstdFrame(whole), loaded(1)],
    ['that needs the largest window', zstdFrame(whole, 23), loaded(1)],
    ['that needs a larger window', zstdFrame(whole, 24), refused('MR_ZSTD_WINDOW')],
    ['that needs two terabytes', zstdFrame(whole, 41), refused('MR_ZSTD_WINDOW')],
    ['in two frames', Buffer.concat([half(0, 40), half(40)]), loaded(1)],
    ['with frames to be skipped', Buffer.concat([zstdSkippable(whole), packed, zstdSkippable(whole)]), loaded(1)],
    ['of one frame a document', Buffer.concat([packed, packed]), refused('MR_JSON_SYNTAX')],
    ['with much space behind it', Buffer.concat([packed, zstdRun(0x20, 1024 * 1024)]), loaded(1)],
    ['with zeros behind it', Buffer.concat([packed, Buffer.alloc(512)]), refused('MR_ZSTD_INVALID')],
    ['that ends early', packed.subarray(0, -12), refused('MR_FILE_TRUNCATED')],
    ['that ends in its check sum', packed.subarray(0, -2), refused('MR_FILE_TRUNCATED')],
    ['with a wrong check sum', flipped, refused('MR_ZSTD_INVALID')],
    ['of half a document', half(0, 40), refused('MR_FILE_TRUNCATED')],
    ['of nothing', zstdFrame(Buffer.alloc(0)), refused('MR_FILE_TRUNCATED')],
    ['of frames to be skipped alone', zstdSkippable(whole), refused('MR_FILE_TRUNCATED')],
    ['of no bytes', '', refused('MR_FILE_TRUNCATED')],
    ['that is JSON', WHOLE, refused('MR_ZSTD_INVALID')],
    ['that is gzip', gzipSync(WHOLE), refused('MR_ZSTD_INVALID')],
    ['that is zstd twice', zstdFrame(packed), refused('MR_JSON_SYNTAX', 'packed once, and its name ends in .zst')],
    ['that is a bomb', bomb, refused('MR_FILE_EXPANDS_TOO_FAR')],
  ])('%s meets its fate', { timeout: 120_000 }, async (_, content, fate) => {
    expect(await fateOf('vehicles_status_1.json.zst', content)).toMatchObject(fate);
  });
});

describe('an odd file of a record a line', () => {
  const lines = () => rig.loaderOf([{ ...vehiclesStatus, format: 'ndjson', records: [] }]);

  it.each<[what: string, content: string, rows: number, rejects: string[]]>([
    ['without a last line end', `${GOOD}\n${OTHER}`, 2, []],
    ['with CR LF', `${GOOD}\r\n${OTHER}\r\n`, 2, []],
    ['with empty lines', `\n\n${GOOD}\n\n \t\n${OTHER}\n\n`, 2, []],
    ['of empty lines alone', '\n\n\n', 0, []],
    ['with a byte order mark', `\ufeff${GOOD}\n`, 1, []],
    ['with spaces around its records', `  ${GOOD}\t\n`, 1, []],
    ['with a bad line', `${GOOD}\n{"vehicle_id": \n${OTHER}\n`, 2, ['MR_JSON_SYNTAX']],
    ['with a comma behind a record', `${GOOD},\n${OTHER}\n`, 1, ['MR_JSON_SYNTAX']],
    ['with two records on one line', `${GOOD} ${GOOD}\n${OTHER}\n`, 1, ['MR_JSON_SYNTAX']],
    [
      'with a record over two lines',
      `${OTHER}\n${GOOD.replace(', ', ',\n')}\n`,
      1,
      ['MR_JSON_SYNTAX', 'MR_JSON_SYNTAX'],
    ],
    ['with a line that is an array', `${OTHER}\n[${GOOD}]\n`, 1, ['MR_RECORD_INVALID']],
    ['with a line of null', `${OTHER}\nnull\n`, 1, ['MR_RECORD_INVALID']],
    ['with a zero byte', `${OTHER}\n\0\n`, 1, ['MR_JSON_SYNTAX']],
    ['with a carriage return alone between records', `${OTHER}\n${GOOD}\r${GOOD}\n`, 1, ['MR_JSON_SYNTAX']],
    ['of the same record twice', `${GOOD}\n${GOOD}\n`, 1, []],
  ])('%s is loaded, and what is bad rejected', async (_, content, rows, rejects) => {
    expect(await fateOf('vehicles_status_1.json', content, lines())).toMatchObject({
      ...{ state: 'loaded', counts: { rows, rejected: rejects.length } },
    });
    expect(await rig.rowsOf('SELECT code FROM rejects ORDER BY index')).toEqual(rejects.map((code) => ({ code })));
  });

  it.each<[what: string, content: string, code: string]>([
    ['whose last line breaks off', `${GOOD}\n${OTHER.slice(0, -9)}`, 'MR_FILE_TRUNCATED'],
    ['that is empty', '', 'MR_FILE_TRUNCATED'],
    ['with a line beyond its budget', `${GOOD}\n"${'x'.repeat(20 * 1024 * 1024)}"\n`, 'MR_RECORD_TOO_LARGE'],
    ['that is one document after all', JSON.stringify({ vehicle_status: [JSON.parse(GOOD)] }), 'MR_TOO_MANY_REJECTS'],
  ])('%s is quarantined', async (_, content, code) => {
    expect(await fateOf('vehicles_status_1.json', content, lines())).toMatchObject(refused(code));
  });
});
