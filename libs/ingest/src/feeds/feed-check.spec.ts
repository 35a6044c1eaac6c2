import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTable } from './feed-table.js';
import { defineFeed } from './feed.js';

const FEED = {
  id: 'tram-status',
  fileName: 'trams_[timestamp].json',
  record: z.object({ tram: z.string() }),
  target: 'vehicle_status' as const,
  toRow: () => ({ vehicleId: 'a', reportTime: '', status: '' }),
};
/** As it may come from JavaScript. */
const declare = (mistake: object) => () => defineFeed({ ...FEED, ...mistake });

describe('a feed that is declared with a mistake is refused', () => {
  it.each<[what: string, mistake: object, message: RegExp]>([
    ['an option that is none', { quitePeriod: '5s' }, /no option "quitePeriod" in a feed.*quietPeriod/],
    ['a policy that is none', { rejects: { maxReject: 5 } }, /no option "maxReject" in "rejects".*maxRejects/],
    ['a policy that is a number', { rejects: 5 }, /"rejects" is 5; give an object/],
    ['a text for true', { rejects: { rejectFile: 'no' } }, /rejects.rejectFile is "no"; give true or false/],
    ['a budget that is none', { budgets: { byte: 5 } }, /no option "byte" in "budgets".*bytes/],
    ['a budget that is a text', { budgets: { bytes: '5' } }, /budgets.bytes is "5"; give a whole number/],
    ['times that are none', { accepts: { futur: '1d' } }, /no option "futur" in "accepts".*future/],
    ['no id', { id: undefined }, /"undefined" is no feed id/],
    ['no file name', { fileName: undefined }, /fileName of feed "tram-status" is undefined/],
    ['a wildcard in its file name', { fileName: 'trams_*.json' }, /has "\*", which stands for nothing.*\[timestamp\]/],
    ['another placeholder', { fileName: 'trams_[time].json' }, /has "\[time\]", which stands for nothing/],
    ['a format that is none', { format: 'xml' }, /format of feed "tram-status" is "xml"; give json, ndjson, csv/],
    ['no schema', { record: undefined }, /record of feed "tram-status" is no zod schema/],
    ['an object for a schema', { record: { tram: 'text' } }, /record of feed "tram-status" is no zod schema/],
    [
      'a misspelt target',
      { target: 'vehicle_statuss' },
      /target .* is "vehicle_statuss"; give objects_detection_events/,
    ],
    ['a table that is not declared', { target: { name: 'x', columns: { a: 'text' } } }, /or what defineTable gives/],
    ['no rows', { toRow: undefined }, /toRow of feed "tram-status" is no function/],
  ])('for %s, and the error says what to write', (_, mistake, message) => {
    expect(declare(mistake)).toThrow(message);
  });

  it.each<[what: string, mistake: object, message: RegExp]>([
    ['an option that is none', { onconflict: 'refuse' }, /no option "onconflict" in a table.*onConflict/],
    ['a key that is no list', { key: 'tram' }, /its key as a list/],
    ['no columns', { columns: undefined }, /needs columns by name/],
    ['no name', { name: undefined }, /"undefined" is no name of a feed's table/],
  ])('also in its table for %s', (_, mistake, message) => {
    const table = { name: 'trams', columns: { tram: 'text' } } as const;
    expect(() => defineTable({ ...table, ...mistake })).toThrow(message);
  });
});
