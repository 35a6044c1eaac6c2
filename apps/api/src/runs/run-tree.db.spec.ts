import { ChildRunPage, RunCallPage, RunDetail, RunLogPage, RunTree } from '@millrace/contracts';
import { FENCED, newRunId, type Delivery, type ExecutionRef } from '@millrace/runs';
import { storeScene } from '@millrace/runs/store-scene.contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiRig, problemOf, type ApiRig } from '../api-rig.contract.js';

let rig: ApiRig;
beforeAll(async () => {
  rig = await openApiRig();
});
afterAll(() => rig.close());

const get = async (url: string) => (await rig.app.inject({ method: 'GET', url })).json<unknown>();
const { claim, succeed, fail } = storeScene(() => rig);
const createRoot = async () => claim({ runId: await rig.start(), delivery: 1 });
const map = async (parent: ExecutionRef, seq: number, children: number) => {
  const call = { seq, kind: 'map', taskId: 'greet', key: `call ${seq}`, inputHash: 'h', children } as const;
  const deliveries = await rig.store.openCall(
    parent,
    call,
    Array.from({ length: children }, (_, index) => ({
      ...{ id: newRunId(), index, queue: 'greetings', input: '{}', priority: 0, maxAttempts: 1 },
      key: index === 0 ? 'first' : undefined,
    })),
  );
  if (deliveries === FENCED) throw new Error('fenced');
  return deliveries;
};
const end = async (delivery: Delivery, status: 'succeeded' | 'failed') => {
  const execution = await claim(delivery);
  await (status === 'succeeded' ? succeed(execution, '1') : fail(execution));
};

describe('GET /runs/:id/tree', () => {
  it('shows calls in order with how far their children are, the arms of branches, and started runs', async () => {
    const root = await createRoot();
    const value = { taskId: undefined, inputHash: 'h' };
    const arms = { taken: 'full', skipped: ['partial', 'none'] };
    await rig.store.recordValue(root, {
      ...value,
      seq: 0,
      kind: 'step',
      key: 'list',
      outcomeSeq: 1,
      value: '{"large":1}',
    });
    await rig.store.recordValue(root, {
      ...{ ...value, seq: 1, kind: 'branch', key: 'full', outcomeSeq: 2 },
      value: JSON.stringify(arms),
    });
    const [one, two] = await map(root, 2, 4);
    await end(one as Delivery, 'succeeded');
    await end(two as Delivery, 'failed');
    const started = newRunId();
    const newRun = {
      taskId: 'greet',
      queue: 'greetings',
      input: '{}',
      trigger: 'call',
      priority: 0,
      maxAttempts: 1,
    } as const;
    await rig.store.startRun(
      root,
      {
        ...value,
        seq: 3,
        kind: 'start',
        taskId: 'greet',
        key: undefined,
        outcomeSeq: 3,
        value: JSON.stringify(started),
      },
      { ...newRun, id: started },
    );

    const tree = RunTree.parse(await get(`/runs/${root.runId}/tree?children=2`));
    expect(tree).toMatchObject({ id: root.runId, state: 'running', nextCall: null });
    expect(tree.calls).toMatchObject([
      {
        seq: 0,
        kind: 'step',
        key: 'list',
        task: null,
        arms: null,
        error: null,
        children: { total: 0 },
        runs: [],
        nextRun: null,
      },
      { seq: 1, kind: 'branch', key: 'full', arms },
      {
        ...{ seq: 2, kind: 'map', task: 'greet', key: 'call 2', doneAt: null, nextRun: 1 },
        children: { total: 4, unfinished: 2, succeeded: 1, unsuccessful: 1 },
        runs: [
          { index: 0, key: 'first', state: 'succeeded', calls: [] },
          { index: 1, key: null, state: 'failed', error: { message: expect.any(String) as string } },
        ],
      },
      { seq: 3, kind: 'start', startedRunId: started, children: { total: 0 } },
    ]);
    expect(JSON.stringify(tree)).not.toContain('large');
  });

  it('goes down as far as it is asked to, and says where it was cut', async () => {
    const root = await createRoot();
    const [child] = await map(root, 0, 1);
    const [grandchild] = await map(await claim(child as Delivery), 0, 1);
    const shallow = RunTree.parse(await get(`/runs/${root.runId}/tree?depth=1`));
    expect(shallow.calls?.[0]?.runs).toMatchObject([{ id: child?.runId, calls: null }]);
    const deep = RunTree.parse(await get(`/runs/${root.runId}/tree?depth=2`));
    expect(deep.calls?.[0]?.runs[0]?.calls?.[0]?.runs).toMatchObject([{ id: grandchild?.runId, calls: null }]);
    const deepest = RunTree.parse(await get(`/runs/${root.runId}/tree?depth=5`));
    expect(deepest.calls?.[0]?.runs[0]?.calls?.[0]?.runs).toMatchObject([{ id: grandchild?.runId, calls: [] }]);
  });

  it('pages calls and children where it was cut', async () => {
    const root = await createRoot();
    for (let seq = 0; seq < 3; seq += 1) await map(root, seq, 5);
    const tree = RunTree.parse(await get(`/runs/${root.runId}/tree?calls=2&children=2`));
    expect([tree.calls?.length, tree.nextCall, tree.calls?.[1]?.nextRun]).toEqual([2, 1, 1]);
    const calls = RunCallPage.parse(await get(`/runs/${root.runId}/calls?after=1`));
    expect([calls.calls.map(({ seq }) => seq), calls.next]).toEqual([[2], null]);
    const indexes: number[][] = [];
    for (let after: number | null = 1; after !== null;) {
      const url: string = `/runs/${root.runId}/calls/1/runs?after=${after}&limit=2`;
      const page = ChildRunPage.parse(await get(url));
      indexes.push(page.runs.map(({ index }) => index));
      after = page.next;
    }
    expect(indexes).toEqual([[2, 3], [4]]);
  });

  it('holds 1,000 runs at most, and says which calls have more', async () => {
    const root = await createRoot();
    for (let seq = 0; seq < 12; seq += 1) await map(root, seq, 100);
    const tree = RunTree.parse(await get(`/runs/${root.runId}/tree?children=100`));
    const shown = tree.calls?.map(({ runs }) => runs.length) ?? [];
    expect(shown.reduce((sum, n) => sum + n, 0)).toBe(1_000);
    expect(tree.calls?.map(({ nextRun }) => nextRun)).toEqual([...Array<null>(10).fill(null), -1, -1]);
  });

  it.each(['tree', 'calls', 'calls/0/runs', 'logs'])('%s of a run that is not there is 404', async (part) => {
    const answer = await rig.app.inject({ method: 'GET', url: `/runs/${newRunId()}/${part}` });
    expect(problemOf(answer)).toMatchObject({ status: 404, code: 'MR_RUN_UNKNOWN' });
  });

  it.each(['tree?depth=6', 'tree?children=101', 'calls?after=-2', 'calls/0/runs?limit=201', 'logs?limit=1001'])(
    'refuses %s',
    async (query) => {
      const { runId } = await createRoot();
      const answer = await rig.app.inject({ method: 'GET', url: `/runs/${runId}/${query}` });
      expect(problemOf(answer)).toMatchObject({ status: 400, code: 'MR_QUERY_INVALID' });
    },
  );
});

describe('GET /runs/:id of a parent', () => {
  it('counts children by state while they are few, and from its calls always', async () => {
    const root = await createRoot();
    const [first] = await map(root, 0, 1_000);
    await end(first as Delivery, 'failed');
    const few = RunDetail.parse(await get(`/runs/${root.runId}`));
    expect(few.children).toMatchObject({ total: 1_000, unfinished: 999, succeeded: 0, unsuccessful: 1 });
    expect(few.children.byState).toMatchObject({ queued: 999, failed: 1, succeeded: 0 });
    await map(root, 1, 1);
    const many = RunDetail.parse(await get(`/runs/${root.runId}`));
    expect(many.children).toEqual({ total: 1_001, unfinished: 1_000, succeeded: 0, unsuccessful: 1, byState: null });
  });
});

describe('GET /runs/:id/logs', () => {
  it('gives the lines in order, a page after a number at a time', async () => {
    const run = await createRoot();
    const at = new Date('2026-01-02T03:04:05.678Z');
    await rig.store.appendLogs(
      run,
      Array.from({ length: 5 }, (_, index) => ({
        ...({ n: index + 1, attempt: 1, at, level: 'info', message: `line ${index + 1}` } as const),
        fields: index === 0 ? '{"a":"\\u0000"}' : undefined,
      })),
    );
    const first = RunLogPage.parse(await get(`/runs/${run.runId}/logs?limit=3`));
    expect(first.lines.map(({ message }) => message)).toEqual(['line 1', 'line 2', 'line 3']);
    expect(first.lines[0]).toEqual({
      ...{ n: 1, attempt: 1, at: at.toISOString(), level: 'info', message: 'line 1' },
      fields: { a: '\0' },
    });
    const rest = RunLogPage.parse(await get(`/runs/${run.runId}/logs?limit=3&after=${first.next}`));
    expect([rest.lines.map(({ n }) => n), rest.next]).toEqual([[4, 5], null]);
    expect(await get(`/runs/${run.runId}/logs?after=5`)).toEqual({ lines: [], next: null });
  });
});
