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

  it('do not come once they are closed, and come when they are opened again', async () => {
    hints.open();
    await hints.ready;
    await hints.close();
    await drop('unseen');
    hints.open();
    await hints.ready;
    await drop('seen');
    await expect.poll(() => hinted).toContain('seen');
    expect(hinted).not.toContain('unseen');
  });

  it('are not waited for when they are closed before they come', async () => {
    hints.open();
    const { ready } = hints;
    await hints.close();
    await ready;
    expect(hinted).toEqual([]);
  });
});
