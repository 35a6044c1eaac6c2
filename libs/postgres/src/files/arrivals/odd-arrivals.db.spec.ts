import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NAME, ScanningRig, WHOLE } from './scanning-rig.contract.js';

let rig: ScanningRig;
beforeAll(async () => {
  rig = await ScanningRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

describe('an odd arrival', () => {
  it.each<[what: string, make: () => void]>([
    ['a folder', () => mkdirSync(rig.at(NAME))],
    ['a link to a file outside', () => symlinkSync('/etc/hostname', rig.at(NAME))],
    ['a link to a file beside it', () => (rig.put('other', WHOLE), symlinkSync('other', rig.at(NAME)))],
    ['a link to nothing', () => symlinkSync('nowhere', rig.at(NAME))],
    ['a link to itself', () => symlinkSync(NAME, rig.at(NAME))],
    ['a link to a device', () => symlinkSync('/dev/zero', rig.at(NAME))],
    ['a pipe', () => void execFileSync('mkfifo', [rig.at(NAME)])],
  ])('that is %s with the name of a file is ignored, and nothing hangs', async (_, make) => {
    make();
    expect(await rig.scan()).toEqual({ waits: false, names: [] });
  });

  it('in a sub-folder that may not be looked into is ignored, said so, and taken once it may', async () => {
    mkdirSync(rig.at('north'));
    rig.put(join('north', NAME), WHOLE);
    chmodSync(rig.at('north'), 0);
    const inbox = rig.deepInbox();
    expect(await rig.asSomebody(() => rig.warnings({ inbox }))).toEqual([
      expect.stringContaining('may not look into it'),
    ]);
    chmodSync(rig.at('north'), 0o700);
    expect(await rig.warnings({ inbox })).toEqual([]);
    expect(await rig.registered()).toEqual([join('north', NAME)]);
  });

  it.each([NAME, 'drivers_1.csv'])(
    'named %s that may not be read is ignored, said so, and taken once it may',
    async (name) => {
      rig.put(name, WHOLE);
      chmodSync(rig.at(name), 0);
      expect(await rig.asSomebody(() => rig.warnings())).toEqual([
        expect.stringContaining('this user may not read it'),
      ]);
      expect(await rig.registered()).toEqual([]);
      chmodSync(rig.at(name), 0o600);
      expect(await rig.scan()).toEqual({ waits: false, names: [name] });
    },
  );

  it('replaced while it waits for its load is found by the next scan of all, or by a hint, not by one for new files', async () => {
    const scanner = rig.newScan();
    const replace = (content: string) => (rig.put('.next', content), renameSync(rig.at('.next'), rig.at(NAME)));
    rig.put(NAME, WHOLE);
    await scanner.runOnce();
    replace(`${WHOLE} `);
    rig.put('vehicles_status_2.json', WHOLE);
    await scanner.runOnce({ newOnly: true });
    expect(await rig.registered()).toEqual(['vehicles_status_2.json', NAME]);
    await scanner.runOnce();
    expect(await rig.registered()).toEqual([NAME, 'vehicles_status_2.json', NAME]);
    replace(`${WHOLE}  `);
    scanner.hint(NAME);
    await scanner.runOnce({ newOnly: true });
    expect(await rig.registered()).toHaveLength(4);
  });

  it('given back by a load that ended it as vanished is an arrival anew, and one that waits or is over is not', async () => {
    const scanner = rig.newScan();
    const others = ['vehicles_status_2.json', 'vehicles_status_3.json'];
    for (const name of [NAME, ...others]) rig.put(name, WHOLE);
    await scanner.runOnce();
    const end = (state: string, name: string) =>
      rig.loading.database.query(
        'UPDATE millrace.arrivals SET state = $1, reason = $2, ended_at = now() WHERE path = $3',
        [state, '{"code": "MR_FILE_VANISHED", "message": "gone"}', name],
      );
    await end('vanished', NAME);
    await end('failed', 'vehicles_status_2.json');
    await scanner.runOnce();
    expect(await rig.registered()).toHaveLength(3);
    await scanner.forgetVanished();
    await scanner.runOnce({ newOnly: true });
    expect((await rig.registered()).sort()).toEqual([NAME, NAME, ...others]);
    await scanner.forgetVanished();
    await scanner.runOnce();
    expect(await rig.registered()).toHaveLength(4);
  });

  it('seen by two scans at once is one arrival', async () => {
    rig.put(NAME, WHOLE);
    await Promise.all([rig.scan(), rig.scan()]);
    expect((await rig.scan()).names).toEqual([NAME]);
  });
});
