import { TaskDetail, TaskList } from '@millrace/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiRig, problemOf, type ApiRig } from './api-rig.contract.js';

let rig: ApiRig;
beforeAll(async () => {
  rig = await openApiRig();
});
afterAll(() => rig.close());
const get = (url: string) => rig.app.inject({ method: 'GET', url });

describe('what is not there', () => {
  it.each([
    ['/runs/01931b5c-9d2e-7f00-8000-000000000000', 'MR_RUN_UNKNOWN'],
    ['/runs/7', 'MR_RUN_UNKNOWN'],
    ['/tasks/gret', 'MR_TASK_UNKNOWN'],
    ['/files/01931b5c-9d2e-7f00-8000-000000000000', 'MR_FILE_UNKNOWN'],
    ['/files/7', 'MR_FILE_UNKNOWN'],
    ['/nowhere', 'MR_ROUTE_UNKNOWN'],
    ['/docs/errors/MR_NOTHING', 'MR_ROUTE_UNKNOWN'],
    ['/docs/errors/..%2f..%2fpackage.json', 'MR_ROUTE_UNKNOWN'],
  ])('%s is 404 %s', async (url, code) => {
    expect(problemOf(await get(url))).toMatchObject({ status: 404, code });
  });

  it('an address that is malformed is 400', async () => {
    expect((await get('/runs/%zz')).json()).toMatchObject({ status: 400, code: 'MR_REQUEST_MALFORMED' });
  });

  it.each([
    ['/runs?task=a%00', '/task'],
    ['/runs?error=%00', '/error'],
    ['/files?feed=a%00', '/feed'],
    ['/stats/timeline?task=a%00', '/task'],
    ['/events?task=a%00', '/task'],
  ])('a name that no text of PostgreSQL has is refused: %s', async (url, pointer) => {
    expect(problemOf(await get(url))).toMatchObject({ status: 400, code: 'MR_QUERY_INVALID', errors: [{ pointer }] });
  });
});

describe('the catalogue', () => {
  it('lists the tasks, and the schemas of one', async () => {
    const summary = { id: 'greet', description: 'Greets a name.', queue: 'greetings' };
    expect(TaskList.parse((await get('/tasks')).json())).toEqual({ tasks: [summary] });
    expect(TaskDetail.parse((await get('/tasks/greet')).json())).toMatchObject({
      ...summary,
      inputSchema: { type: 'object', required: ['name'], additionalProperties: false },
      resultSchema: { type: 'string' },
      retry: { maxAttempts: 5, initialDelayMs: 2_000, factor: 2, maxDelayMs: 300_000 },
    });
  });

  it('lists feeds and files', async () => {
    const { feeds } = (await get('/feeds')).json<{ feeds: object[] }>();
    expect(feeds).toContainEqual(expect.objectContaining({ fileName: 'objects_detection_[timestamp].json' }));
    expect(feeds).toContainEqual(
      expect.objectContaining({
        ...{ id: 'drivers', format: 'csv', delimiter: ',', view: 'drivers' },
        table: expect.objectContaining({
          columns: expect.arrayContaining([{ name: 'vehicle_id', type: 'text', nullable: true }]) as unknown,
          key: ['driver_id', 'changed_at'],
        }) as unknown,
      }),
    );
    expect((await get('/files?state=loaded')).json()).toEqual({ files: [], next: null });
    const unknown = await get('/files/01931b5c-9d2e-7f00-8000-000000000000/rejects');
    expect(unknown.json()).toMatchObject({ code: 'MR_FILE_UNKNOWN' });
  });
});

describe('the documentation', () => {
  it('has every schema that it points at', async () => {
    const text = (await get('/openapi.json')).body;
    const { components, paths } = JSON.parse(text) as { components: { schemas: object }; paths: object };
    const pointedAt = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(pointedAt));
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/runs', '/runs/batch', '/runs/{id}', '/tasks', '/tasks/{id}', '/files', '/feeds']),
    );
    expect(text).not.toContain('"$schema"');
  });

  it('has a page to read, and one about each code', async () => {
    expect((await get('/docs')).headers['content-type']).toContain('text/html');
    const page = await get('/docs/errors/MR_TASK_UNKNOWN');
    expect(page.headers['content-type']).toContain('text/markdown');
    expect(page.body).toMatch(/^# MR_TASK_UNKNOWN/);
  });
});
