import { RunLogLine, RunLogPage, RunStateEvent } from '@millrace/contracts';
import type { ClaimedRun, LogLine } from '@millrace/runs';
import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiRig, problemOf, startApi, type ApiRig } from '../api-rig.contract.js';
import { openEventSource } from '../sse/event-source.contract.js';
import { SseStreams } from '../sse/sse-streams.js';

let rig: ApiRig;
beforeAll(async () => {
  rig = await openApiRig();
  await rig.app.listen(0, '127.0.0.1');
});
afterAll(() => rig.close());

const get = (url: string) => rig.app.inject({ method: 'GET', url });
const startRunning = async (): Promise<ClaimedRun> => {
  const claimed = await rig.store.claim(await rig.start(), 1, rig.workerId);
  if (claimed === undefined) throw new Error('not claimed');
  return claimed;
};
const line = (n: number, level: LogLine['level'] = 'info', attempt = 1): LogLine => ({
  ...{ n, attempt, at: new Date('2026-01-02T03:04:05.678Z'), level, message: `line ${n}` },
  fields: n % 2 === 0 ? `{"n":${n}}` : undefined,
});
const log = (run: ClaimedRun, from: number, to: number) =>
  rig.store.appendLogs(
    run,
    Array.from({ length: to - from + 1 }, (_, index) => line(from + index)),
  );
const succeed = (run: ClaimedRun) => rig.store.finish({ ...run, status: 'succeeded', result: '"Hello"' });
const numbers = (lines: readonly unknown[]) => lines.map((one) => RunLogLine.parse(one).n);
const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, index) => from + index);

describe('GET /runs/:id/logs', () => {
  it('gives the lines of one attempt, and those of a severity or above', async () => {
    const run = await startRunning();
    await rig.store.appendLogs(run, [line(1, 'debug'), line(2, 'warn'), line(3, 'error', 2), line(4, 'info', 2)]);
    const found = async (query: string) =>
      numbers(RunLogPage.parse((await get(`/runs/${run.runId}/logs?${query}`)).json()).lines);
    expect(await found('level=warn')).toEqual([2, 3]);
    expect(await found('attempt=2')).toEqual([3, 4]);
    expect(await found('attempt=2&level=error')).toEqual([3]);
    expect(await found('after=1')).toEqual([2, 3, 4]);
    expect(problemOf(await get(`/runs/${run.runId}/logs?level=loud`))).toMatchObject({ code: 'MR_QUERY_INVALID' });
  });

  it('follows a log to its end, and says how the run ended', async () => {
    const run = await startRunning();
    await log(run, 1, 2);
    const source = await openEventSource(rig.app, `/runs/${run.runId}/logs`);
    expect([source.status, source.contentType]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(await source.until('line', 2)).toEqual([
      { n: 1, attempt: 1, at: '2026-01-02T03:04:05.678Z', level: 'info', message: 'line 1', fields: null },
      { n: 2, attempt: 1, at: '2026-01-02T03:04:05.678Z', level: 'info', message: 'line 2', fields: { n: 2 } },
    ]);
    await log(run, 3, 5);
    await succeed(run);
    await source.ended;
    expect(source.received.map(({ event, id }) => [event, id])).toEqual([
      ...upTo(5).map((n) => ['line', String(n)]),
      ['end', undefined],
    ]);
    expect(source.received.at(-1)?.data).toEqual({ state: 'succeeded' });
  });

  it('goes on after the last line seen, without a gap and without a line twice', async () => {
    const run = await startRunning();
    await log(run, 1, 250);
    const seen: number[] = [];
    for (let connection = 0; connection < 4; connection += 1) {
      const lastEventId: Record<string, string> = seen.length === 0 ? {} : { 'last-event-id': String(seen.at(-1)) };
      const source = await openEventSource(rig.app, `/runs/${run.runId}/logs`, lastEventId);
      seen.push(...numbers(await source.until('line', 1)));
      source.close();
      await log(run, 251 + connection * 50, 300 + connection * 50);
    }
    await succeed(run);
    const rest = await openEventSource(rig.app, `/runs/${run.runId}/logs?follow=true`, {
      accept: '*/*',
      'last-event-id': String(seen.at(-1)),
    });
    await rest.ended;
    seen.push(...numbers(rest.received.filter(({ event }) => event === 'line').map(({ data }) => data)));
    expect(seen).toEqual(upTo(450));
  });

  it('follows by severity, and refuses a run that is not there', async () => {
    const run = await startRunning();
    await rig.store.appendLogs(run, [line(1, 'debug'), line(2, 'warn')]);
    await succeed(run);
    const source = await openEventSource(rig.app, `/runs/${run.runId}/logs?level=warn`);
    await source.ended;
    expect(source.received.map(({ event, id }) => [event, id])).toEqual([
      ['line', '2'],
      ['end', undefined],
    ]);
    const unknown = await openEventSource(rig.app, '/runs/01931b5c-9d2e-7f00-8000-000000000000/logs');
    expect(unknown.status).toBe(404);
  });
});

describe('GET /runs/:id/events', () => {
  const states = (data: readonly unknown[]) => data.map((one) => RunStateEvent.parse(one).state);

  it('tells each move of a run, its progress and its children', async () => {
    const runId = await rig.start();
    const source = await openEventSource(rig.app, `/runs/${runId}/events`);
    expect(states(await source.until('state', 1))).toEqual(['queued']);
    const run = (await rig.store.claim(runId, 1, rig.workerId)) as ClaimedRun;
    expect(states(await source.until('state', 2))).toEqual(['queued', 'running']);
    await rig.store.reportProgress(run, 0.5, 'half');
    expect(await source.until('progress', 1)).toEqual([{ fraction: 0.5, note: 'half' }]);
    await rig.database.query(
      `INSERT INTO millrace.calls (run_id, seq, kind, task_id, input_hash, attempt, children, pending)
       VALUES ($1, 0, 'map', 'greet', '', 1, 3, 3)`,
      [runId],
    );
    expect(await source.until('children', 1)).toEqual([{ total: 3, unfinished: 3, succeeded: 0, unsuccessful: 0 }]);
    await rig.store.suspend(run, 0);
    expect(states(await source.until('state', 3))).toEqual(['queued', 'running', 'waiting']);
    source.close();
    const ids = source.received.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('tells a late comer how a run began and ended, by the times of its row', async () => {
    const run = await startRunning();
    await succeed(run);
    const source = await openEventSource(rig.app, `/runs/${run.runId}/events`);
    const moves = (await source.until('state', 3)).map((one) => RunStateEvent.parse(one));
    source.close();
    expect(moves.map(({ number, state }) => [number, state])).toEqual([
      [1, 'queued'],
      [4, 'running'],
      [6, 'succeeded'],
    ]);
    expect(moves.map(({ at }) => at)).toEqual(moves.map(({ at }) => at).toSorted());
  });

  it('tells every move of a long life to who comes late, each once from wherever he comes back', async () => {
    const runId = await rig.start();
    const claim = async (delivery: number) => (await rig.store.claim(runId, delivery, rig.workerId)) as ClaimedRun;
    const error = { code: 'MR_THROWN', message: 'no' };
    await rig.store.requeue(await claim(1), { reason: 'retry', error, delayMs: 0 });
    await rig.store.suspend(await claim(2), 0);
    await rig.app.inject({ method: 'POST', url: `/runs/${runId}/cancel` });
    expect((await rig.app.inject({ method: 'POST', url: `/runs/${runId}/retry` })).statusCode).toBe(202);
    await rig.store.requeue(await claim(3), { reason: 'snooze', delayMs: 0 });
    await succeed(await claim(4));
    const life = [
      ...['queued', 'running', 'queued', 'running', 'waiting', 'cancelled'],
      ...['queued', 'running', 'queued', 'running', 'succeeded'],
    ];
    const late = await openEventSource(rig.app, `/runs/${runId}/events`);
    const moves = (await late.until('state', life.length)).map((one) => RunStateEvent.parse(one));
    late.close();
    expect(moves.map(({ state }) => state)).toEqual(life);
    expect(moves.map(({ attempt }) => attempt)).toEqual([1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3]);
    const numbers = moves.map(({ number }) => number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(moves.map(({ at }) => at)).toEqual(moves.map(({ at }) => at).toSorted());
    for (const [index, { id = '' }] of late.received.slice(0, -1).entries()) {
      const back = await openEventSource(rig.app, `/runs/${runId}/events`, { 'last-event-id': id });
      expect(await back.until('state', life.length - index - 1)).toEqual(moves.slice(index + 1));
      back.close();
      expect(back.received).toHaveLength(life.length - index - 1);
    }
  });

  it('knows the first claim of a run that was delivered again before it', async () => {
    const runId = await rig.start();
    await rig.database.query(`UPDATE millrace.runs SET delivery = 3 WHERE id = $1`, [runId]);
    await succeed((await rig.store.claim(runId, 3, rig.workerId)) as ClaimedRun);
    const source = await openEventSource(rig.app, `/runs/${runId}/events`);
    expect(states(await source.until('state', 3))).toEqual(['queued', 'running', 'succeeded']);
    source.close();
    expect(source.received).toHaveLength(3);
  });

  it('goes on where a client left off, whichever event came last, and at another process', async () => {
    const other = await startApi(rig.database);
    await other.listen(0, '127.0.0.1');
    const run = await startRunning();
    const before = await openEventSource(rig.app, `/runs/${run.runId}/events`);
    await before.until('state', 2);
    before.close();
    await rig.store.reportProgress(run, 0.25, undefined);
    await succeed(run);
    const lastEventId = before.received.at(-1)?.id ?? '';
    const after = await openEventSource(other, `/runs/${run.runId}/events`, { 'last-event-id': lastEventId });
    await after.until('progress', 1);
    expect(after.received.map(({ event }) => event)).toEqual(['state', 'progress']);
    const between = after.received[0]?.id ?? '';
    const again = await openEventSource(other, `/runs/${run.runId}/events`, { 'last-event-id': between });
    expect(await again.until('progress', 1)).toEqual([{ fraction: 0.25, note: null }]);
    expect(again.received).toHaveLength(1);
    const streams = other.get(SseStreams);
    expect(streams.count).toBe(2);
    after.close();
    await waitFor(() => streams.count === 1);
    await other.close();
    await again.ended;
  });
});
