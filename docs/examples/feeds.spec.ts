import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Feed, type Reject, streamRecords } from '@millrace/ingest';
import { expect, it } from 'vitest';
import { charges } from './charges.feed.js';
import { tramStatus } from './tram-status.feed.js';

/** What a feed makes of a document, without a database. */
async function read(feed: Feed, document: Buffer) {
  const [rows, rejects]: [unknown[], Reject[]] = [[], []];
  const sinks = {
    write: async (batch: readonly unknown[]) => void rows.push(...batch),
    reject: async (reject: Reject) => void rejects.push(reject),
    passed: () => undefined,
  };
  async function* chunks() {
    yield document;
  }
  const { records } = await streamRecords(chunks(), feed, sinks, new AbortController().signal);
  return { records, rows, rejects };
}

it('the feed of charges gives a row for each good line of its sample, and sets the other aside', async () => {
  const sample = await readFile(join(import.meta.dirname, 'charges_20260101.csv'));
  const { records, rows, rejects } = await read(charges, sample);
  expect(records).toBe(4);
  expect(rows[0]).toMatchObject({ vehicle: 'bus-1', watt_hours: 41000, station: 'Depot "North"' });
  expect(rows[1]).toMatchObject({ vehicle: 'bus-2', station: null });
  expect(rejects).toMatchObject([{ index: 2, line: 4, code: 'MR_RECORD_INVALID', pointer: '/2/watt_hours' }]);
  expect(charges.matches('charges_20260101.csv.gz')).toBe(true);
});

it('the feed of trams gives a status for each good line, and sets the others aside', async () => {
  const good = Array.from({ length: 200 }, (_, n) => `{"tram":"${n}","at":"2026-01-01T00:00:00Z","doors":"open"}`);
  const document = [...good, '{"tram":"7","at":"soon","doors":"open"}'].join('\n');
  const { records, rows, rejects } = await read(tramStatus, Buffer.from(document));
  expect(records).toBe(201);
  expect(rows[7]).toMatchObject({ vehicleId: 'tram-7', status: 'doors open' });
  expect(rejects).toMatchObject([{ index: 200, line: 201, code: 'MR_RECORD_INVALID', pointer: '/200/at' }]);
});
