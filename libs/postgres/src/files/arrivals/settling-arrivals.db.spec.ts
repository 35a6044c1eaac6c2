import { execFileSync } from 'node:child_process';
import { renameSync, truncateSync } from 'node:fs';
import { vehiclesStatus } from '@millrace/ingest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { NAME, ScanningRig, WHOLE } from './scanning-rig.contract.js';

let rig: ScanningRig;
beforeAll(async () => {
  rig = await ScanningRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());
afterEach(() => void vi.useRealTimers());

const YEARS_AHEAD = new Date(Date.now() + 1e11);

describe('an arrival', () => {
  it.each<[what: string, put: () => void]>([
    ['that was changed a moment ago', () => rig.put(NAME, WHOLE, new Date())],
    ['from a clock years ahead', () => rig.put(NAME, WHOLE, YEARS_AHEAD)],
    ['of half a document', () => rig.put(NAME, WHOLE.slice(0, 10), new Date())],
    ['without a byte', () => rig.put(NAME, '', new Date())],
    ['that is sparse so far', () => (rig.put(NAME, ''), truncateSync(rig.at(NAME), 1_000_000))],
    ['packed by gzip, just written', () => rig.put(`${NAME}.gz`, WHOLE, new Date())],
    ['packed by zstd, just written', () => rig.put(`${NAME}.zst`, WHOLE, new Date())],
  ])('%s is waited for', async (_, arrive) => {
    arrive();
    expect(await rig.scan()).toEqual({ waits: true, names: [] });
  });

  it('of half a document on a server whose clock is an hour behind ours is waited for', async () => {
    rig.put(NAME, WHOLE.slice(0, 10), new Date());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    await rig.loading.inbox.prepare();
    expect(await rig.scan()).toEqual({ waits: true, names: [] });
  });

  it('from the year 2400, which the ledger cannot hold, is taken all the same once it has settled', async () => {
    rig.put(NAME, WHOLE);
    execFileSync('touch', ['-d', '2400-01-01', rig.at(NAME)]);
    const scanner = rig.newScan();
    expect(await scanner.runOnce()).toBeGreaterThan(0);
    await expect.poll(() => scanner.runOnce().then(() => rig.registered()), { timeout: 10_000 }).toEqual([NAME]);
  });

  it('of a record a line is waited for, though its last byte closes a record', async () => {
    rig.put(NAME, '{}\n', new Date(Date.now() - 1_000));
    expect(await rig.scan([{ ...vehiclesStatus, format: 'ndjson', records: [] }])).toEqual({ waits: true, names: [] });
  });

  it('of rows is waited for, though its last line is whole, and taken at once when a marker says so', async () => {
    rig.put('drivers_1.csv', 'driver_id\n', new Date(Date.now() - 1_000));
    expect(await rig.scan()).toEqual({ waits: true, names: [] });
    rig.put('drivers_1.csv.done', '', new Date());
    expect(await rig.scan()).toEqual({ waits: false, names: ['drivers_1.csv'] });
  });

  it('of half a document that nobody has written to for long is taken: its load is the judge', async () => {
    rig.put(NAME, WHOLE.slice(0, 10));
    expect(await rig.scan()).toEqual({ waits: false, names: [NAME] });
  });

  it('written under another name is taken when it is renamed, by the age of its content', async () => {
    rig.put(`${NAME}.part`, WHOLE);
    expect(await rig.scan()).toEqual({ waits: false, names: [] });
    renameSync(rig.at(`${NAME}.part`), rig.at(NAME));
    expect(await rig.scan()).toEqual({ waits: false, names: [NAME] });
  });
});
