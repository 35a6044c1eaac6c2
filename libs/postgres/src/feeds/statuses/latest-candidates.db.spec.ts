import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../../database-rig.contract.js';
import { BinaryRows } from '../copy/binary-rows.js';
import { LatestCandidates } from './latest-candidates.js';
import type { EncodedRows } from '../copy/row-encoder.js';
import { CREATE_STAGED_LATEST } from './status-report-sink.sql.js';

let rig: DatabaseRig;
beforeAll(async () => {
  rig = await openDatabaseRig();
});
afterAll(() => rig.close());

const STATUS = 'driving';
const ROW_BYTES = 42 + STATUS.length;

/** Rows of about so many MiB. */
function candidatesOf(mib: number): EncodedRows & { readonly latest: Uint8Array; readonly candidates: number } {
  const out = new BinaryRows();
  const candidates = Math.ceil((mib * 2 ** 20) / ROW_BYTES);
  for (let key = 1; key <= candidates; key += 1) {
    out.row(4);
    out.bigint(key);
    out.bigint(0);
    out.text(STATUS);
    out.bigint(1);
  }
  return { bytes: new Uint8Array(), rows: 0, hours: [], latest: out.take(), candidates };
}

describe('the reports that may become the latest', () => {
  it('wait until there is a MiB of them, and then for their end, where nobody else can write', async () => {
    await rig.database.transaction(async (transaction) => {
      await transaction.query(CREATE_STAGED_LATEST);
      const staged = async () => (await transaction.query('SELECT FROM pg_temp.staged_latest')).rowCount;
      const waiting = new LatestCandidates(transaction.client);
      const [small, large] = [candidatesOf(0.25), candidatesOf(0.75)];
      await waiting.add(small);
      small.latest.fill(0);
      await waiting.add({ bytes: new Uint8Array(), rows: 0, hours: [] });
      expect(await staged()).toBe(0);
      await waiting.add(large);
      const first = small.candidates + large.candidates;
      expect(await staged()).toBe(first);
      const last = candidatesOf(0.5);
      await waiting.add(last);
      expect(await staged()).toBe(first);
      await waiting.stage();
      expect(await staged()).toBe(first + last.candidates);
      await waiting.stage();
      expect(await staged()).toBe(first + last.candidates);
    });
  });
});
