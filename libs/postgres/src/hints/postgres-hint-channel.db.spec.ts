import { RunHints } from '@millrace/engine';
import { newRunId, type NewRun } from '@millrace/runs';
import { waitFor } from '@millrace/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../database-rig.contract.js';
import { Database } from '../database.js';
import { PostgresRunStore } from '../runs/postgres-run-store.js';
import { PostgresHintChannel } from './postgres-hint-channel.js';

let rig: DatabaseRig;
beforeAll(async () => {
  rig = await openDatabaseRig();
});
afterAll(() => rig.close());
const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const openHints = (applicationName: string) => {
  const hints = new RunHints(new PostgresHintChannel({ url: rig.url, applicationName }));
  undo.push(() => hints.close());
  return hints;
};
const listen = async () => {
  const heard = new Set<string>();
  const gaps = { count: 0 };
  await openHints('spec-hears').subscribe(
    (runIds) => runIds.forEach((id) => heard.add(id)),
    () => (gaps.count += 1),
  );
  return { heard, gaps };
};
const newRun = (): NewRun => ({
  ...{ id: newRunId(), taskId: 't', queue: 'default', input: '{}', trigger: 'api', priority: 0, maxAttempts: 1 },
});

describe('hints through PostgreSQL', () => {
  it('tell other processes of each run that was created, claimed, logged, ended, after the commit', async () => {
    const { heard } = await listen();
    const hints = openHints('spec-tells');
    const database = await Database.open({
      url: rig.url,
      applicationName: 'spec-tells',
      onTold: (ids) => hints.told(ids),
    });
    undo.push(() => database.close());
    const store = new PostgresRunStore(database);
    const run = newRun();
    const hears = async (work: () => Promise<unknown>) => {
      heard.clear();
      const answer = await work();
      await waitFor(() => heard.has(run.id));
      return answer;
    };
    await hears(() => store.create(run));
    const claimed = (await hears(() => store.claim(run.id, 1, rig.workerId))) as { runId: string; epoch: number };
    const line = { n: 1, attempt: 1, at: new Date(), level: 'info', message: 'm', fields: undefined } as const;
    await hears(() => store.appendLogs(claimed, [line]));
    await hears(() => store.reportProgress(claimed, 0.5, undefined));
    await hears(() => store.finish({ ...claimed, status: 'succeeded', result: '1' }));
  });

  it('say nothing of a transaction that was rolled back', async () => {
    const told: string[] = [];
    const database = await Database.open({ url: rig.url, applicationName: 'spec', onTold: (ids) => told.push(...ids) });
    undo.push(() => database.close());
    const insert = `/* runs.insert */ SELECT gen_random_uuid() AS id`;
    const failing = database.transaction(async (transaction) => {
      await transaction.query(insert);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(told).toEqual([]);
    await database.transaction((transaction) => transaction.query(insert));
    expect(told).toHaveLength(1);
  });

  it('come again after the connection was lost, and say that some may have been missed', async () => {
    const { heard, gaps } = await listen();
    await rig.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'spec-hears' AND datname = current_database()`,
    );
    await waitFor(() => gaps.count > 0);
    const id = newRunId();
    openHints('spec-tells').told([id]);
    await waitFor(() => heard.has(id));
  });
});
