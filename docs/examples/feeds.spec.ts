import { type Reject, streamRecords } from '@millrace/ingest';
import { expect, it } from 'vitest';
import { tramStatus } from './tram-status.feed.js';

async function* lines(...records: string[]): AsyncGenerator<Buffer> {
  for (const record of records) yield Buffer.from(`${record}\n`);
}

it('the feed of trams gives a status for each good line, and sets the others aside', async () => {
  const [rows, rejects]: [unknown[], Reject[]] = [[], []];
  const good = Array.from({ length: 200 }, (_, n) => `{"tram":"${n}","at":"2026-01-01T00:00:00Z","doors":"open"}`);
  const document = lines(...good, '{"tram":"7","at":"soon","doors":"open"}');
  const sinks = {
    write: async (batch: readonly unknown[]) => void rows.push(...batch),
    reject: async (reject: Reject) => void rejects.push(reject),
    passed: () => undefined,
  };
  expect(await streamRecords(document, tramStatus, sinks, new AbortController().signal)).toMatchObject({
    records: 201,
    rejected: 1,
  });
  expect(rows[7]).toMatchObject({ vehicleId: 'tram-7', status: 'doors open' });
  expect(rejects[0]).toMatchObject({ index: 200, line: 201, code: 'MR_RECORD_INVALID', pointer: '/200/at' });
  expect(tramStatus.matches('trams_20260101.ndjson.gz')).toBe(true);
});
