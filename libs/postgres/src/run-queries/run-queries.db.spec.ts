import { newRunId, type NewRun } from '@millrace/runs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../database-rig.contract.js';
import { RunQueries } from './run-queries.repository.js';

let rig: DatabaseRig;
let queries: RunQueries;
beforeAll(async () => {
  rig = await openDatabaseRig();
  queries = new RunQueries(rig.database);
});
afterAll(() => rig.close());
beforeEach(async () => {
  await rig.database.query('TRUNCATE millrace.runs, millrace.attempts, millrace.calls');
});

async function create(run: Partial<NewRun> = {}): Promise<string> {
  const id = newRunId();
  const defaults = {
    taskId: 'hello',
    queue: 'default',
    input: '{}',
    trigger: 'api',
    priority: 0,
    maxAttempts: 3,
  } as const;
  await rig.store.create({ id, ...defaults, ...run });
  return id;
}

async function claim(runId: string, delivery = 1) {
  const claimed = await rig.store.claim(runId, delivery, rig.workerId);
  if (claimed === undefined) throw new Error(`run ${runId} was not claimed`);
  return claimed;
}

type Ending = { status: 'succeeded'; result: string } | { status: 'failed'; error: { code: string; message: string } };

async function end(runId: string, ending: Ending): Promise<void> {
  const { epoch } = await claim(runId);
  await rig.store.finish({ runId, epoch, ...ending });
}

describe('one run', () => {
  it('knows its parent, and counts its children', async () => {
    const parent = await create();
    const { epoch } = await claim(parent);
    const child = newRunId();
    const call = { seq: 0, kind: 'invoke', taskId: 'hello', key: undefined, inputHash: '', children: 1 } as const;
    const place = { index: 0, queue: 'default', input: '{}', key: undefined, priority: 0, maxAttempts: 1 };
    await rig.store.openCall({ runId: parent, epoch }, call, [{ id: child, ...place }]);
    expect((await queries.read(parent))?.run.children).toMatchObject({
      ...{ total: 1, unfinished: 1, succeeded: 0, unsuccessful: 0 },
      byState: { queued: 1, succeeded: 0 },
    });
    expect(await queries.summary(child)).toMatchObject({ parentId: parent, rootId: parent, trigger: 'call' });
  });

  it('is undefined when there is none', async () => {
    expect(await queries.read(newRunId())).toBeUndefined();
    expect(await queries.summary(newRunId())).toBeUndefined();
  });

  it('gives input and result to the byte', async () => {
    const input = '{ "b": 1.0, "a": "\\u0000\\ud800" }';
    const id = await create({ input });
    await end(id, { status: 'succeeded', result: '[ 1e3 ]' });
    expect(await queries.read(id)).toMatchObject({
      inputJson: input,
      resultJson: '[ 1e3 ]',
      run: { state: 'succeeded' },
    });
  });

  it('shows the progress that its task reported at last', async () => {
    const runId = await create();
    const claimed = await claim(runId);
    expect((await queries.read(runId))?.run.progress).toBeNull();
    await rig.store.reportProgress(claimed, 0.1, 'loading');
    expect((await queries.read(runId))?.run.progress).toEqual({ fraction: 0.1, note: 'loading' });
  });

  it('has no attempt before a worker has taken it', async () => {
    const reading = await queries.read(await create());
    expect(reading).toMatchObject({ resultJson: null, run: { state: 'queued', attempts: [], startedAt: null } });
  });

  it('lists every attempt with its own end, the latest one last', async () => {
    const runId = await create();
    const { epoch } = await claim(runId);
    await rig.store.requeue(
      { runId, epoch },
      { reason: 'retry', error: { code: 'E1', message: 'first\0' }, delayMs: 0 },
    );
    const between = await queries.read(runId);
    expect(between?.run.attempts).toMatchObject([
      { attempt: 1, state: 'failed', workerId: rig.workerId, error: { code: 'E1' } },
    ]);

    const again = await claim(runId, 2);
    await rig.store.finish({ runId, epoch: again.epoch, status: 'failed', error: { code: 'E2', message: 'second' } });
    const ended = await queries.read(runId);
    expect(ended?.run).toMatchObject({ state: 'failed', attempt: 2, error: { code: 'E2' } });
    expect(ended?.run.attempts).toMatchObject([
      { attempt: 1, state: 'failed', error: { code: 'E1', message: 'first\0' } },
      { attempt: 2, state: 'failed', error: { code: 'E2' }, finishedAt: ended?.run.finishedAt },
    ]);
    for (const { startedAt, finishedAt } of ended?.run.attempts ?? []) {
      expect(startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(Date.parse(finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(startedAt));
    }
  });
});
