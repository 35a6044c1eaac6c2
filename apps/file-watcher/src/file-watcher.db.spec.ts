import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { migrateQueueSchema, TASK_QUEUE } from '@millrace/bullmq';
import { loadConfig } from '@millrace/config';
import type { TaskQueue } from '@millrace/engine';
import { FeedRegistry, Inboxes, pathAway, SHIPPED_FEEDS } from '@millrace/ingest';
import { FileQueries } from '@millrace/postgres';
import { openDatabaseRig, type DatabaseRig } from '@millrace/postgres/database-rig.contract';
import { Metrics, silentLogger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileWatcherModule } from './file-watcher.module.js';

const WHOLE = '{"vehicle_status": []}\n';
const NAME = 'vehicles_status_20220509_000300.json';

let rig: DatabaseRig;
let folder: string;
let watchers: INestApplicationContext[];

beforeAll(async () => {
  rig = await openDatabaseRig();
  await migrateQueueSchema(rig.url);
});
afterAll(() => rig.close());

beforeEach(async () => {
  await rig.database.query('TRUNCATE millrace.arrivals, millrace.contents, millrace.rejects, millrace.runs');
  folder = await mkdtemp(join(tmpdir(), 'millrace-file-watcher-'));
  await mkdir(inbox());
  watchers = [];
});
afterEach(async () => {
  for (const watcher of watchers) await watcher.close();
  await rm(folder, { recursive: true });
});

const inbox = (...path: string[]) => join(folder, 'inbox', ...path);

async function startWatcher(
  metrics = new Metrics('file-watcher'),
  variables: Record<string, string> = {},
): Promise<INestApplicationContext> {
  const config = loadConfig({
    ...{ DATABASE_URL: rig.url, INBOX_DIR: inbox(), MILLRACE_HOME: join(folder, 'home') },
    ...variables,
  });
  const feeds = new FeedRegistry(SHIPPED_FEEDS.map((feed) => ({ ...feed, quietPeriodMs: 700 })));
  const inboxes = new Inboxes(config.files);
  await inboxes.prepare();
  const module = FileWatcherModule.forParts({
    config,
    logger: silentLogger,
    metrics,
    database: rig.database,
    feeds,
    inboxes,
  });
  const watcher = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  watchers.push(watcher);
  return watcher;
}

const files = () => new FileQueries(rig.database).list({ limit: 100 });
const found = (count: number) =>
  waitFor(async () => {
    const list = await files();
    return list.length >= count ? list : undefined;
  });

describe('the file watcher', () => {
  it('registers a file that was there before it, with a run that its queue has', async () => {
    await writeFile(inbox(NAME), WHOLE);
    const metrics = new Metrics('file-watcher');
    const watcher = await startWatcher(metrics);
    const [file] = await found(1);
    expect(file).toMatchObject({
      name: NAME,
      feed: 'vehicles-status',
      state: 'arrived',
      size: WHOLE.length,
      foundBy: 'scan',
    });
    const page = await metrics.page();
    expect(page).toContain('millrace_files_found_total{feed="vehicles-status",process="file-watcher"} 1');
    expect(page).toContain('millrace_found_by_scan_total{process="file-watcher"} 1');

    const { rows } = await rig.database.query<{ id: string; input: unknown }>(
      `SELECT id, input FROM millrace.runs WHERE state = 'queued'`,
    );
    expect(rows).toEqual([{ id: file?.runId, input: { fileId: file?.id } }]);
    const queue = watcher.get<TaskQueue>(TASK_QUEUE);
    const delivery = {
      runId: file?.runId ?? '',
      delivery: 1,
      taskId: 'load-file',
      queue: 'load',
      priority: 0,
      dueAt: new Date(),
    };
    await waitFor(async () => (await queue.missing([delivery])).length === 0);
  });

  it('registers files that are dropped, written or renamed into the folder', async () => {
    await startWatcher();
    await writeFile(inbox(NAME), WHOLE);
    await writeFile(join(folder, 'elsewhere'), WHOLE);
    await rename(join(folder, 'elsewhere'), inbox('objects_detection_2.json'));
    expect((await found(2)).map(({ name, foundBy }) => `${name} ${foundBy}`).sort()).toEqual([
      'objects_detection_2.json event',
      `${NAME} event`,
    ]);
  });

  it('waits longer for a file that does not end its document, and takes it whole when it does', async () => {
    await startWatcher();
    await writeFile(inbox('vehicles_status_1.json'), WHOLE.slice(0, 10));
    await writeFile(inbox('vehicles_status_2.json'), WHOLE);
    expect(await found(1)).toMatchObject([{ name: 'vehicles_status_2.json' }]);
    await writeFile(inbox('vehicles_status_1.json'), WHOLE);
    expect(await found(2)).toMatchObject([{ name: 'vehicles_status_1.json', size: WHOLE.length }, {}]);
  });

  it('leaves alone what no feed takes, what is not finished by its name, and what is no regular file', async () => {
    await writeFile(inbox('notes.txt'), WHOLE);
    await writeFile(inbox(`.${NAME}`), WHOLE);
    await writeFile(inbox(`${NAME}.part`), WHOLE);
    await mkdir(inbox('vehicles_status_3.json'));
    await symlink(inbox('notes.txt'), inbox('vehicles_status_4.json'));
    await startWatcher();
    await writeFile(inbox(NAME), WHOLE);
    expect(await found(1)).toMatchObject([{ name: NAME }]);
    expect((await readdir(inbox())).filter((name) => !name.startsWith('.millrace'))).toHaveLength(6);
  });

  it('finds files in several inboxes and in their sub-folders, before its start and after', async () => {
    const other = join(folder, 'other');
    await mkdir(join(other, 'north'), { recursive: true });
    await writeFile(join(other, 'north', NAME), WHOLE);
    await startWatcher(undefined, { INBOX_DIR: `${inbox()}, ${other}`, INBOX_SUBFOLDERS: 'true' });
    expect(await found(1)).toMatchObject([{ name: join(other, 'north', NAME), foundBy: 'scan' }]);

    await writeFile(join(other, 'north', 'vehicles_status_2.json'), WHOLE);
    await mkdir(inbox('south'));
    await writeFile(inbox('south', NAME), WHOLE);
    const names = (await found(3)).map(({ name }) => name);
    expect(names).toContain(join(other, 'north', 'vehicles_status_2.json'));
    expect(names).toContain(join('south', NAME));
  });

  it('asks for no hints while its inbox is crowded, and for them again when it is not', async () => {
    const crowd = Array.from({ length: 600 }, (_, n) => inbox(`note-${String(n)}.txt`));
    await Promise.all(crowd.map((path) => writeFile(path, '')));
    await startWatcher();
    await writeFile(inbox('vehicles_status_0.json'), WHOLE);
    expect(await found(1)).toMatchObject([{ foundBy: 'scan' }]);
    await Promise.all(crowd.map((path) => rm(path)));
    let dropped = 0;
    await waitFor(async () => {
      await writeFile(inbox(`vehicles_status_${String((dropped += 1))}.json`), WHOLE);
      return (await found(dropped + 1))[0]?.foundBy === 'event';
    });
  });

  it.each([
    ['was removed and made again', () => mkdir(inbox())],
    ['is a link to another folder by now', async () => (await mkdir(join(folder, 'real')), symlink('real', inbox()))],
  ])('has hints again once its inbox %s', async (_, make) => {
    await startWatcher();
    await rm(inbox(), { recursive: true });
    await make();
    let dropped = 0;
    await waitFor(async () => {
      await writeFile(inbox(`vehicles_status_${String((dropped += 1))}.json`), `${WHOLE}${' '.repeat(dropped)}`);
      return (await found(dropped))[0]?.foundBy === 'event';
    });
  });

  it('removes an upload that was left by a process that died before its arrival was committed', async () => {
    await mkdir(inbox('.millrace-claimed'));
    const left = inbox('.millrace-claimed', '.019ab000-0000-7000-8000-000000000001.part');
    const fresh = inbox('.millrace-claimed', '.019ab000-0000-7000-8000-000000000002.part');
    await writeFile(left, WHOLE);
    await writeFile(fresh, WHOLE);
    const twoDaysAgo = new Date(Date.now() - 48 * 3_600_000);
    await utimes(left, twoDaysAgo, twoDaysAgo);
    await startWatcher();
    await waitFor(async () => !(await readdir(inbox('.millrace-claimed'))).includes(basename(left)));
    expect(await readdir(inbox('.millrace-claimed'))).toEqual([basename(fresh)]);
    expect(await files()).toEqual([]);
  });

  it('leaves the inbox to the one that leads, and takes over when that is gone', async () => {
    const [first, second] = [new Metrics('file-watcher'), new Metrics('file-watcher')];
    const leader = await startWatcher(first);
    await startWatcher(second);
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => writeFile(inbox(`vehicles_status_${String(n)}.json`), WHOLE)),
    );
    await found(40);
    expect(await second.page()).not.toMatch(/millrace_files_found_total{.*} [1-9]/);
    await leader.close();
    watchers.splice(watchers.indexOf(leader), 1);
    await writeFile(inbox('vehicles_status_41.json'), WHOLE);
    await found(41);
    // Counted a moment after its commit.
    await waitFor(async () => /millrace_files_found_total{.*} 1\n/.test(await second.page()));
  });

  it('takes over when the connection of the one that leads is lost, and each file is registered once', async () => {
    await startWatcher();
    await startWatcher();
    await rig.database.query(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => writeFile(inbox(`vehicles_status_${String(n)}.json`), WHOLE)),
    );
    await found(40);
    const { rows } = await rig.database.query('SELECT count(*)::int AS runs FROM millrace.runs');
    expect(rows).toEqual([{ runs: 40 }]);
    expect(await files()).toHaveLength(40);
  });

  const claimAndEnd = async (state: 'quarantined' | 'vanished'): Promise<string> => {
    await writeFile(inbox(NAME), WHOLE);
    const first = await startWatcher();
    const [file] = await found(1);
    await first.close();
    const id = file?.id ?? '';
    await rename(inbox(NAME), inbox('.millrace-claimed', id));
    await rig.database.query('UPDATE millrace.arrivals SET state = $1, reason = $2, ended_at = now()', [
      state,
      '{"code": "MR_JSON_SYNTAX", "message": "wrong"}',
    ]);
    return id;
  };

  it('puts away the claimed file of an arrival that is over', async () => {
    const id = await claimAndEnd('quarantined');
    await startWatcher();
    await waitFor(async () => (await readdir(inbox('.millrace-claimed'))).length === 0);
    expect(existsSync(join(folder, 'home', 'quarantine', pathAway({ id, name: NAME })))).toBe(true);
  });

  it('says of a file whose run failed for good that it failed, and counts it', async () => {
    await writeFile(inbox(NAME), WHOLE);
    const first = await startWatcher();
    await found(1);
    await first.close();
    const error = { code: 'EIO', message: 'EIO: i/o error, read' };
    await rig.database.query(`UPDATE millrace.runs SET state = 'failed', finished_at = now(), error = $1`, [error]);
    const metrics = new Metrics('file-watcher');
    await startWatcher(metrics);
    const [file] = await waitFor(async () => {
      const list = await files();
      return list[0]?.state === 'arrived' ? undefined : list;
    });
    expect(file).toMatchObject({ state: 'failed', reason: error });
    const counted = 'millrace_files_ended_total{feed="vehicles-status",outcome="failed",process="file-watcher"} 1';
    await waitFor(async () => (await metrics.page()).includes(counted));
  });

  it('finds a file anew, without a restart, that a load gave back to the inbox and ended as vanished', async () => {
    await startWatcher();
    await writeFile(inbox(NAME), WHOLE);
    const [file] = await found(1);
    await rig.database.query('UPDATE millrace.arrivals SET state = $1, reason = $2, ended_at = now()', [
      'vanished',
      '{"code": "MR_FILE_VANISHED", "message": "gone"}',
    ]);
    expect(await found(2)).toMatchObject([
      { name: NAME, state: 'arrived' },
      { id: file?.id, state: 'vanished' },
    ]);
  });

  it('finds a claimed file anew that had vanished with its inbox and came back with it', async () => {
    const id = await claimAndEnd('vanished');
    await startWatcher();
    expect(await found(2)).toMatchObject([
      { name: NAME, state: 'arrived' },
      { id, state: 'vanished' },
    ]);
    expect(await readdir(inbox('.millrace-claimed'))).toEqual([]);
  });
});
