import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiRig, startApi, type ApiRig } from '../api-rig.contract.js';

let rig: ApiRig;
beforeAll(async () => {
  rig = await openApiRig();
});
afterAll(() => rig.close());
const linesOf = async (name: string) => {
  const { body } = await rig.app.inject({ method: 'GET', url: '/metrics' });
  return body.split('\n').filter((line) => line.startsWith(name));
};

describe('GET /metrics', () => {
  it('tells what is on its way, by task, queue and state, and how old the oldest queued run is', async () => {
    const id = await rig.start();
    await rig.database.query(
      `UPDATE millrace.runs SET queued_at = queued_at - interval '1 minute', due_at = due_at - interval '1 minute' WHERE id = $1`,
      [id],
    );
    expect(await linesOf('millrace_runs_unfinished')).toEqual([
      'millrace_runs_unfinished{task="greet",queue="greetings",state="queued",process="api"} 1',
      'millrace_runs_unfinished{task="greet",queue="greetings",state="running",process="api"} 0',
      'millrace_runs_unfinished{task="greet",queue="greetings",state="waiting",process="api"} 0',
    ]);
    const [age = ''] = await linesOf('millrace_queue_oldest_age_seconds{queue="greetings"');
    expect(Number(age.split(' ').at(-1))).toBeGreaterThanOrEqual(60);
    expect(await linesOf('millrace_queue_workers')).toEqual([
      'millrace_queue_workers{queue="greetings",process="api"} 1',
    ]);
  });

  it('times requests by the patterns of their routes', async () => {
    for (const run of ['one', 'two']) await rig.app.inject({ method: 'GET', url: `/runs/${run}` });
    await rig.app.inject({ method: 'GET', url: '/nowhere' });
    const counts = await linesOf('millrace_http_request_duration_seconds_count');
    const routes = counts.map((line) => /route="([^"]*)",status="(\d+)"/.exec(line)?.slice(1));
    expect(routes).toContainEqual(['/runs/:id', '404']);
    expect(routes.flat().filter((text) => text?.includes('/runs/one'))).toEqual([]);
    expect(routes).toContainEqual(['unknown', '404']);
  });

  it('needs a token where the API does', async () => {
    const secured = await startApi(rig.database, { apiTokens: ['secret'] });
    try {
      expect((await secured.inject({ method: 'GET', url: '/metrics' })).statusCode).toBe(401);
      const headers = { authorization: 'Bearer secret' };
      expect((await secured.inject({ method: 'GET', url: '/metrics', headers })).statusCode).toBe(200);
    } finally {
      await secured.close();
    }
  });
});
