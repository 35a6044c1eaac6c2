import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, symlink } from 'node:fs/promises';
import { request, type ClientRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileAccepted, type FileDetail } from '@millrace/contracts';
import { Inbox } from '@millrace/ingest';
import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openApiRig, problemOf, type ApiRig } from '../api-rig.contract.js';

const NAME = 'vehicles_status_20240718.json';
const BYTES = '{"vehicle_status": []}';
const OCTETS = { 'content-type': 'application/octet-stream' };

let folder: string;
let rig: ApiRig;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-uploads-'));
  rig = await openApiRig({ home: folder, inbox: join(folder, 'inbox') });
  await rig.app.listen(0, '127.0.0.1');
});
afterAll(async () => {
  await rig.close();
  await rm(folder, { recursive: true });
});

const at = (...path: string[]) => join(folder, 'inbox', ...path);
const inbox = () =>
  new Inbox({ inbox: at(), archive: join(folder, 'archive'), quarantine: join(folder, 'quarantine') });
const upload = (payload: string, name = NAME, headers: Record<string, string> = OCTETS) =>
  rig.app.inject({ method: 'POST', url: `/files?name=${encodeURIComponent(name)}`, headers, payload });
const claimed = () => readdir(at('.millrace-claimed'));

it('is refused, and told why, while no watcher has prepared the inbox that the API sees', async () => {
  const problem = problemOf(await upload(BYTES));
  expect(problem).toMatchObject({ status: 503, code: 'MR_INBOX_NOT_MOUNTED' });
  expect(problem.detail).toContain(at());
});

describe('an uploaded file', () => {
  beforeEach(async () => {
    await rm(at(), { recursive: true, force: true });
    await inbox().prepare();
    await rig.database.query('TRUNCATE millrace.arrivals, millrace.contents, millrace.rejects, millrace.runs');
  });

  it('is claimed on disk, and in the ledger with a run that loads it, before the answer', async () => {
    const answer = await upload(BYTES);
    expect(answer.statusCode).toBe(202);
    const { id, runId, feed, links } = FileAccepted.parse(answer.json());
    expect({ feed, links }).toEqual({
      feed: 'vehicles-status',
      links: { self: `/files/${id}`, run: `/runs/${runId}` },
    });
    expect(await readFile(at('.millrace-claimed', id), 'utf8')).toBe(BYTES);
    const file = (await rig.app.inject({ url: links.self })).json<FileDetail>();
    expect(file).toMatchObject({ name: NAME, state: 'arrived', foundBy: 'api', size: BYTES.length, runId });
    const run = (await rig.app.inject({ url: links.run })).json<object>();
    expect(run).toMatchObject({ task: 'load-file', state: 'queued', input: { fileId: id } });
  });

  it('of a name that lies in the inbox already leaves that one alone', async () => {
    const [first, second] = [await upload(BYTES), await upload(BYTES)].map((answer) =>
      FileAccepted.parse(answer.json()),
    );
    expect(new Set(await claimed())).toEqual(new Set([first?.id, second?.id]));
  });

  it.each(['notes.txt', `.${NAME}`, `${NAME}.part`, `../${NAME}`, `vehicles_status_${'1'.repeat(250)}.json`])(
    'named %s is refused with the names that are known',
    async (name) => {
      const problem = problemOf(await upload(BYTES, name));
      expect(problem).toMatchObject({ status: 422, code: 'MR_FILE_NAME_UNKNOWN' });
      expect(problem.detail).toContain('vehicles_status_[timestamp].json');
      expect(await claimed()).toEqual([]);
    },
  );

  it('is refused while the folder of claimed files is a link, and nothing is written to where that leads', async () => {
    await rmdir(at('.millrace-claimed'));
    await mkdir(at('elsewhere'));
    await symlink(at('elsewhere'), at('.millrace-claimed'));
    const problem = problemOf(await upload(BYTES));
    expect(problem).toMatchObject({ status: 500, code: 'MR_FOLDER_UNUSABLE' });
    expect(problem.detail).toContain('it is a link');
    expect(await readdir(at('elsewhere'))).toEqual([]);
  });

  it('larger than the limit is refused, and nothing of it is kept', async () => {
    const problem = problemOf(await upload(' '.repeat(1_001)));
    expect(problem).toMatchObject({ status: 413, code: 'MR_BODY_TOO_LARGE' });
    expect(problem.detail).toContain('UPLOAD_LIMIT_MB');
    expect(await claimed()).toEqual([]);
  });

  it('whose sender goes away before its end is not kept', async () => {
    const { port } = rig.app.getHttpServer().address() as AddressInfo;
    const path = `/files?name=${NAME}`;
    const half: ClientRequest = request({ port, path, method: 'POST', headers: { ...OCTETS, 'content-length': 99 } });
    half.on('error', () => undefined);
    half.write(BYTES);
    await waitFor(async () => (await claimed()).some((name) => name.endsWith('.part')));
    half.destroy();
    await waitFor(async () => (await claimed()).length === 0);
    expect((await rig.app.inject({ url: '/files' })).json()).toEqual({ files: [], next: null });
  });

  it('is refused while as many are on their way as are taken at once, and taken when one has gone', async () => {
    const { port } = rig.app.getHttpServer().address() as AddressInfo;
    const half = Array.from({ length: 64 }, () => {
      const headers = { ...OCTETS, 'content-length': 99 };
      const sender = request({ port, path: `/files?name=${NAME}`, method: 'POST', headers });
      sender.on('error', () => undefined);
      sender.write(BYTES);
      return sender;
    });
    await waitFor(async () => (await claimed()).length === 64);
    const refused = await upload(BYTES);
    expect(problemOf(refused)).toMatchObject({ status: 503, code: 'MR_BUSY' });
    expect(refused.headers['retry-after']).toBe('5');
    // What is no upload has its seat all the same.
    expect((await rig.app.inject({ url: '/files' })).statusCode).toBe(200);
    for (const sender of half) sender.destroy();
    await waitFor(async () => (await claimed()).length === 0);
    expect((await upload(BYTES)).statusCode).toBe(202);
  });

  it('comes as bytes, which no other route takes', async () => {
    expect(problemOf(await upload(BYTES, NAME, { 'content-type': 'application/json' }))).toMatchObject({ status: 415 });
    expect(
      problemOf(await rig.app.inject({ method: 'POST', url: '/runs', headers: OCTETS, payload: BYTES })),
    ).toMatchObject({ status: 415, code: 'MR_CONTENT_TYPE_UNSUPPORTED' });
  });

  it('lies in the inbox under its name when PostgreSQL did not take its arrival', async () => {
    await rig.database.query('ALTER TABLE millrace.arrivals RENAME TO arrivals_away');
    try {
      expect((await upload(BYTES)).statusCode).toBe(500);
    } finally {
      await rig.database.query('ALTER TABLE millrace.arrivals_away RENAME TO arrivals');
    }
    expect(await readFile(at(NAME), 'utf8')).toBe(BYTES);
    expect(await claimed()).toEqual([]);
  });
});
