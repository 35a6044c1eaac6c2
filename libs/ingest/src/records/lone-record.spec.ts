import { describe, expect, it } from 'vitest';
import { drivers } from '../feeds/drivers.feed.js';
import { vehiclesStatus } from '../feeds/vehicles-status.feed.js';
import { checkLoneRecord } from './lone-record.js';

const report = { vehicle_id: 'a', report_time: '2022-01-01T00:00:00', status: 'driving' };
const check = (text: string, feed = vehiclesStatus) => checkLoneRecord(feed, 7, Buffer.from(text));

describe('a record that stands alone', () => {
  it('gives the row that it would give within its file, and says what is odd about it', () => {
    expect(check(JSON.stringify({ ...report, speed: 3 }, null, 1))).toMatchObject({
      row: { vehicleId: 'a', status: 'driving' },
      naive: true,
      extra: true,
    });
  });

  it('is refused with the place of the fault in its own bytes', () => {
    const text = JSON.stringify({ ...report, report_time: 'now' }, null, 1);
    expect(check(text)).toMatchObject({ reject: { code: 'MR_RECORD_INVALID', pointer: '/report_time', offset: 0 } });
    expect(check(text)).toMatchObject({
      reject: { message: expect.stringMatching(`byte ${text.indexOf('"now"')}, line 3`) as string },
    });
  });

  it.each([`${JSON.stringify(report)},`, JSON.stringify(report).repeat(2), `[${JSON.stringify(report)}]`, '{', ' '])(
    '%s is no record',
    (text) => {
      expect(check(text)).toHaveProperty('reject');
    },
  );

  it('of a CSV is given with its header, whose columns may stand otherwise than in its file', () => {
    const header = 'changed_at,vehicle_id,hired_on,licence,name,driver_id';
    const row = '2022-01-01T00:00:00Z,,2020-01-01,B,Ann,d-1';
    expect(check(`${header}\n${row}`, drivers)).toMatchObject({ row: { driver_id: 'd-1', name: 'Ann' } });
    expect(check(`${header}\n${row.replace('2020-01-01', 'soon')}`, drivers)).toMatchObject({
      reject: { index: 7, code: 'MR_RECORD_INVALID', pointer: '/hired_on' },
    });
    expect(check(row, drivers)).toMatchObject({ reject: { code: 'MR_COLUMN_MISSING' } });
    expect(check(`${header}\n${row}\n${row}`, drivers)).toMatchObject({ reject: { code: 'MR_RECORD_INVALID' } });
    expect(check(`${header}\n"`, drivers)).toMatchObject({ reject: { code: 'MR_QUOTE_UNCLOSED' } });
  });

  it('may be no longer than its feed lets a record be', () => {
    const text = JSON.stringify(report);
    const budgeted = (bytes: number) => ({ ...vehiclesStatus, budgets: { ...vehiclesStatus.budgets, bytes } });
    expect(check(text, budgeted(text.length))).toHaveProperty('row');
    expect(check(text, budgeted(text.length - 1))).toMatchObject({ reject: { code: 'MR_RECORD_TOO_LARGE' } });
  });
});
