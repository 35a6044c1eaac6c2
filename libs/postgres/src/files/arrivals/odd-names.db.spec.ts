import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHIPPED_FEEDS } from '@millrace/ingest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LONG_AGO, NAME, ScanningRig, WHOLE } from './scanning-rig.contract.js';

let rig: ScanningRig;
beforeAll(async () => {
  rig = await ScanningRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

describe('an arrival', () => {
  it.each([
    'objects_detection_1.json',
    'objects_detection_2022-06-05T21:12:00.5+02:00.json',
    'vehicles_status_20220509_000300.json.gz',
    'vehicles_status_20220509_000300.json.zst',
    'vehicles_status_1-copy.json',
    'drivers_1.csv',
    'drivers_20260101_060000.csv.zst',
    'vehicles_status_1..json',
    'vehicles_status_9999999999999999999999999.json',
  ])('named %s is taken', async (name) => {
    rig.put(name, WHOLE);
    expect(await rig.scan()).toEqual({ waits: false, names: [name] });
  });

  it.each([
    'vehicles_status_.json',
    'vehicles_status_today.json',
    'vehicles_status_1.JSON',
    'Vehicles_status_1.json',
    'vehicles_status_1.json.bak',
    'vehicles_status_1.json~',
    'vehicles_status_1.json.part',
    'vehicles_status_1.json.TMP',
    'vehicles_status_1 (1).json',
    'vehicles_status_1.json.gz.gz',
    'vehicles_status_1.json.zip',
    'vehicles_status_1.json.zst.gz',
    'vehicles_status_1.json.zstd',
    ' vehicles_status_1.json',
    'vehicles_status_1.json ',
    'vehicles_status_1\n.json',
    '.vehicles_status_1.json',
    '.nfs0000000000000001',
    'vehicle_status_1.json',
    'drivers.csv',
    'drivers_1.tsv',
    'drivers_1.CSV',
    'drivers_1.csv.done',
    'Thumbs.db',
    '-rf',
    '😀.json',
  ])('named %j is ignored, and stays where it is', async (name) => {
    rig.put(name, WHOLE);
    expect(await rig.scan()).toEqual({ waits: false, names: [] });
  });

  it('with the longest name there is is taken at once when it has settled', async () => {
    const name = `vehicles_status_${'1'.repeat(255 - 'vehicles_status_.json'.length)}.json`;
    rig.put(name, WHOLE, new Date());
    const scanner = rig.newScan();
    expect(await scanner.runOnce()).toBeLessThan(1_000);
    await expect.poll(() => scanner.runOnce().then(() => rig.registered()), { timeout: 10_000 }).toEqual([name]);
  });

  it('whose name is not UTF-8 is ignored, and said so', async () => {
    writeFileSync(Buffer.from(rig.at('vehicles_status_1\u00e9.json'), 'latin1'), WHOLE);
    expect(await rig.warnings()).toEqual([expect.stringContaining('its name is not UTF-8')]);
    expect(await rig.registered()).toEqual([]);
  });

  it('with a path too long for the ledger is ignored, said so, and holds up no other', async () => {
    const deep = Array.from({ length: 12 }, () => randomBytes(100).toString('hex'));
    rig.put(NAME, WHOLE);
    const folder = rig.at(join(...deep));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, NAME), WHOLE);
    utimesSync(join(folder, NAME), LONG_AGO, LONG_AGO);
    expect(await rig.warnings({ inbox: rig.deepInbox() })).toEqual([
      expect.stringContaining('its path is longer than 2048 bytes'),
    ]);
    expect(await rig.registered()).toEqual([NAME]);
  });

  it('in a sub-folder whose name is not UTF-8 is ignored, and said so', async () => {
    mkdirSync(Buffer.from(rig.at('n\u00f6rd'), 'latin1'));
    writeFileSync(Buffer.concat([Buffer.from(rig.at('n\u00f6rd'), 'latin1'), Buffer.from(`/${NAME}`)]), WHOLE);
    expect(await rig.warnings({ inbox: rig.deepInbox() })).toEqual([expect.stringContaining('its name is not UTF-8')]);
    expect(await rig.registered()).toEqual([]);
  });

  it.each(['a\nb', '100%?#', 'a..b', '-rf', '\u202ecod', ' ', 'a\\b', "it's; DROP TABLE"])(
    'in a sub-folder named %j is taken and archived',
    async (folder) => {
      mkdirSync(rig.at(folder));
      rig.put(join(folder, NAME), WHOLE);
      const inbox = rig.deepInbox();
      await rig.newScan(SHIPPED_FEEDS, { inbox }).runOnce();
      expect(await rig.registered()).toEqual([join(folder, NAME)]);
      const { rows } = await rig.loading.database.query<{ id: string; inode: string }>(
        'SELECT id, inode FROM millrace.arrivals',
      );
      const [{ id, inode } = { id: '', inode: 0 }] = rows;
      const arrival = { id, name: join(folder, NAME), inode: BigInt(inode) };
      await inbox.claim(arrival);
      await inbox.archive(arrival);
      expect(readFileSync(rig.loading.away('archive', arrival, arrival.name), 'utf8')).toBe(WHOLE);
    },
  );
});
