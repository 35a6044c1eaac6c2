import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Inbox } from '@millrace/ingest';
import { silentLogger } from '@millrace/telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InboxHints } from './inbox-hints.js';

let folder: string;
let hinted: (string | undefined)[];
let hints: InboxHints;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-hints-'));
  hinted = [];
  const away = join(folder, '..', 'away');
  hints = new InboxHints(
    new Inbox({ inbox: folder, archive: away, quarantine: away }),
    (name) => hinted.push(name),
    silentLogger,
  );
});
afterEach(async () => {
  await hints.close();
  await rm(folder, { recursive: true });
});
const drop = (name: string) => writeFile(join(folder, name), '');

describe('hints of an inbox', () => {
  it('name the file, and tell once that what came before them is to be looked for', async () => {
    hints.open();
    await hints.ready;
    expect(hinted).toEqual([undefined]);
    await drop('first');
    await expect.poll(() => hinted).toContain('first');
  });

  it('do not come when they were closed before they were ready, and come when they are opened again', async () => {
    hints.open();
    await hints.close();
    await hints.ready;
    await drop('unseen');
    hints.open();
    await hints.ready;
    await drop('seen');
    await expect.poll(() => hinted).toContain('seen');
    expect(hinted).not.toContain('unseen');
    expect(hinted.filter((name) => name === undefined)).toHaveLength(1);
  });
});
