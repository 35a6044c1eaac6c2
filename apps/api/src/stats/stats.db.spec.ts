import { Stats, StatsTimeline } from '@millrace/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiRig, problemOf, type ApiRig } from '../api-rig.contract.js';

let rig: ApiRig;
beforeAll(async () => {
  rig = await openApiRig();
});
afterAll(() => rig.close());
const get = (url: string) => rig.app.inject({ method: 'GET', url });
const succeedOne = async () => {
  const claimed = await rig.store.claim(await rig.start(), 1, rig.workerId);
  if (claimed === undefined) throw new Error('not claimed');
  await rig.store.finish({ ...claimed, status: 'succeeded', result: '""' });
};

describe('GET /stats', () => {
  it('says how many runs of each task and queue have ended, are on their way, and how long they took', async () => {
    await succeedOne();
    await succeedOne();
    await rig.start();
    const stats = Stats.parse((await get('/stats?window=15m')).json());
    const counts = { succeeded: 2, failed: 0, cancelled: 0, queued: 1, running: 0, waiting: 0, failureRatio: 0 };
    expect(stats.tasks).toMatchObject([{ task: 'greet', queue: 'greetings', ...counts }]);
    expect(stats.queues).toMatchObject([{ queue: 'greetings', workers: 1, ...counts }]);
    expect(stats.tasks[0]?.perSecond).toBeGreaterThan(0);
    for (const times of [stats.tasks[0]?.queueTime, stats.tasks[0]?.runTime]) {
      expect(times?.p50).toBeGreaterThan(0);
      expect(times?.p99).toBeGreaterThanOrEqual(times?.p95 ?? Infinity);
    }
    expect(stats.workers).toMatchObject([{ id: rig.workerId, queues: ['greetings'] }]);
    expect(stats.complete).toBe(true);
  });

  it('says what each feed has brought', async () => {
    const { feeds } = Stats.parse((await get('/stats')).json());
    expect(feeds.map(({ feed }) => feed)).toEqual(['objects-detection', 'vehicles-status', 'drivers']);
    expect(feeds[0]).toMatchObject({ files: { loaded: 0, quarantined: 0 }, rows: 0, rejects: 0, rowsPerSecond: 0 });
  });

  it.each(['30s', '91d', 'soon'])('refuses a window of %s', async (window) => {
    expect(problemOf(await get(`/stats?window=${window}`))).toMatchObject({
      ...{ status: 400, code: 'MR_QUERY_INVALID', errors: [{ pointer: '/window' }] },
    });
  });
});

describe('GET /stats/timeline', () => {
  it('has every step of the window, with what ended in it', async () => {
    const timeline = StatsTimeline.parse((await get('/stats/timeline?window=1h')).json());
    expect(timeline.stepSeconds).toBe(60);
    expect([61, 62]).toContain(timeline.steps.length);
    expect(timeline.steps.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBe(2);
    const other = StatsTimeline.parse((await get('/stats/timeline?window=30d&task=other')).json());
    expect(other.stepSeconds).toBe(21_600);
    expect(other.steps.every(({ succeeded }) => succeeded === 0)).toBe(true);
  });
});
