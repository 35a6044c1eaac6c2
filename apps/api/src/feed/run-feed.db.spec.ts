import { RunHint } from '@millrace/contracts';
import type { ClaimedRun } from '@millrace/runs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiRig, problemOf, type ApiRig } from '../api-rig.contract.js';
import { openEventSource } from '../sse/event-source.contract.js';

let rig: ApiRig;
beforeAll(async () => {
  rig = await openApiRig();
  await rig.app.listen(0, '127.0.0.1');
});
afterAll(() => rig.close());

describe('GET /events', () => {
  it('says which run has moved, and where it stands, to whoever asked for such', async () => {
    const all = await openEventSource(rig.app, '/events');
    const running = await openEventSource(rig.app, '/events?state=running&task=greet');
    const others = await openEventSource(rig.app, '/events?task=other');
    const id = await rig.start();
    rig.hints.told([id]);
    expect(await all.until('run', 1)).toEqual([{ id, task: 'greet', state: 'queued', root: id }]);
    const run = (await rig.store.claim(id, 1, rig.workerId)) as ClaimedRun;
    rig.hints.told([id]);
    const states = (await running.until('run', 1)).map((one) => RunHint.parse(one).state);
    expect(states).toEqual(['running']);
    const below = await openEventSource(rig.app, `/events?root=${id}`);
    await rig.store.finish({ ...run, status: 'succeeded', result: '""' });
    rig.hints.told([id, crypto.randomUUID()]);
    expect(await below.until('run', 1)).toMatchObject([{ id, state: 'succeeded' }]);
    expect((await all.until('run', 3)).map((one) => RunHint.parse(one).state)).toEqual([
      'queued',
      'running',
      'succeeded',
    ]);
    for (const source of [all, running, others, below]) source.close();
    expect(others.received).toEqual([]);
    expect(running.received).toHaveLength(1);
  });

  it('says resync when hints were lost, and to a client that comes back', async () => {
    const source = await openEventSource(rig.app, '/events');
    rig.tearHints();
    expect(await source.until('resync', 1)).toEqual([{ reason: 'missed' }]);
    source.close();
    const back = await openEventSource(rig.app, '/events', { 'last-event-id': source.received[0]?.id ?? '' });
    expect(await back.until('resync', 1)).toEqual([{ reason: 'reconnected' }]);
    back.close();
  });

  it('refuses a filter that it does not know', async () => {
    const refused = await rig.app.inject({ method: 'GET', url: '/events?queue=load' });
    expect(problemOf(refused)).toMatchObject({ status: 400, code: 'MR_QUERY_INVALID' });
  });

  it('brings what is followed of a run sooner than its next look', async () => {
    const id = await rig.start();
    const source = await openEventSource(rig.app, `/runs/${id}/events`);
    await source.until('state', 1);
    await rig.store.claim(id, 1, rig.workerId);
    const told = performance.now();
    rig.hints.told([id]);
    await source.until('state', 2);
    // The next look at all that is followed is a second away.
    expect(performance.now() - told).toBeLessThan(700);
    source.close();
  });
});
