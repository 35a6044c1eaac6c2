import { existsSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { drivers, FeedRegistry, InboxScan } from '@millrace/ingest';
import { silentLogger } from '@millrace/telemetry';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileQueries } from '../file-queries.js';
import { LoadingRig, newLoadRun } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const NAME = 'drivers_1.csv';
const TEXT = 'driver_id,name,licence,hired_on,vehicle_id,changed_at\nd-1,Ann,B,2020-01-01,,2026-01-01T00:00:00Z\n';
const at = (name: string) => rig.at('inbox', name);

function newScan(): InboxScan {
  // Without a marker it is waited for as long as no spec runs.
  const feeds = new FeedRegistry([{ ...drivers, quietPeriodMs: 3_600_000 }]);
  const { ledger, inbox } = rig;
  const deliver = () => Promise.resolve();
  return new InboxScan({ inbox, ledger, feeds, logger: silentLogger, newRun: newLoadRun, deliver });
}

const found = async () => (await new FileQueries(rig.database).list({ limit: 10 })).map(({ name }) => name);

describe('a marker NAME.done beside a file NAME', () => {
  it('says that the file is complete: it is taken at once', async () => {
    const scan = newScan();
    writeFileSync(at(NAME), TEXT);
    expect(await scan.runOnce()).toBeGreaterThan(0);
    expect(await found()).toEqual([]);
    writeFileSync(at(`${NAME}.done`), '');
    expect(await scan.runOnce()).toBe(Infinity);
    expect(await found()).toEqual([NAME]);
  });

  it('goes when its file is taken', async () => {
    writeFileSync(at(`${NAME}.done`), '');
    await rig.load(await rig.drop(NAME, TEXT));
    expect(existsSync(at(NAME))).toBe(false);
    expect(existsSync(at(`${NAME}.done`))).toBe(false);
  });

  it('that is older than the file speaks of another one', async () => {
    writeFileSync(at(`${NAME}.done`), '');
    writeFileSync(at(NAME), TEXT);
    const later = new Date(Date.now() + 60_000);
    utimesSync(at(NAME), later, later);
    await newScan().runOnce();
    expect(await found()).toEqual([]);
  });

  it('is no file itself, and waits for its file', async () => {
    writeFileSync(at(`${NAME}.done`), '');
    const scan = newScan();
    expect(await scan.runOnce()).toBe(Infinity);
    expect(existsSync(at(`${NAME}.done`))).toBe(true);
    const earlier = new Date(Date.now() - 60_000);
    writeFileSync(at('.being-written'), TEXT);
    utimesSync(at('.being-written'), earlier, earlier);
    renameSync(at('.being-written'), at(NAME));
    await scan.runOnce();
    expect(await found()).toEqual([NAME]);
  });
});
