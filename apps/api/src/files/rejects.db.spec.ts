import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunAccepted } from '@millrace/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openApiRig, problemOf, type ApiRig } from '../api-rig.contract.js';

const FILE = '01931b5c-9d2e-7f00-8000-000000000001';
const RUN = '01931b5c-9d2e-7f00-8000-000000000002';
const GOOD = '{"vehicle_id": "a", "report_time": "2024-01-01T00:00:00Z", "status": "driving"}';

let folder: string;
let rig: ApiRig;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-rejects-'));
  rig = await openApiRig({ home: folder, inbox: join(folder, 'inbox') });
});
afterAll(async () => {
  await rig.close();
  await rm(folder, { recursive: true });
});

/** A loaded file of three rejects: one that loads as it stands by now, a bad one, and one that was cut. */
beforeEach(async () => {
  await rig.database.query('TRUNCATE millrace.arrivals, millrace.contents, millrace.rejects, millrace.runs');
  await rig.database.query(
    `INSERT INTO millrace.arrivals (id, feed, path, device, inode, size, mtime_ns, found_by, run_id)
     VALUES ($1, 'vehicles-status', 'vehicles_status_1.json', 1, 1, 9, 1, 'scan', $2)`,
    [FILE, RUN],
  );
  await rig.database.query(
    `WITH content AS (
       INSERT INTO millrace.contents
         (arrival_id, feed, sha256, size, records, loaded, unchanged, conflicting, rejected, rows)
       VALUES ($1, 'vehicles-status', sha256('x'), 9, 4, 1, 0, 0, 3, 1)
       RETURNING id
     )
     UPDATE millrace.arrivals SET state = 'loaded', content_id = content.id, ended_at = now() FROM content`,
    [FILE],
  );
  for (const [index, text, length] of [
    [0, GOOD, GOOD.length],
    [2, '{"vehicle_id": 7}', 17],
    [3, GOOD, 70_000],
  ] as const) {
    await rig.database.query(
      `INSERT INTO millrace.rejects (arrival_id, index, code, message, byte_offset, byte_length, line, pointer, raw)
       VALUES ($1, $2, 'MR_RECORD_INVALID', 'bad', 0, $3, 1, '', $4)`,
      [FILE, index, length, Buffer.from(text)],
    );
  }
});

const resubmit = (index: number | string, payload?: object, file = FILE) =>
  rig.app.inject({
    method: 'POST',
    url: `/files/${file}/rejects/${index}/resubmit`,
    ...(payload === undefined ? {} : { payload }),
  });
const runs = async () => (await rig.app.inject({ url: '/runs' })).json<{ runs: unknown[] }>().runs;

describe('POST /files/:id/rejects/:index/resubmit', () => {
  it('without a body starts a run that loads the record as it stands', async () => {
    const answer = await resubmit(0);
    expect(answer.statusCode).toBe(202);
    const { links, task } = RunAccepted.parse(answer.json());
    expect(task).toBe('resubmit-reject');
    expect((await rig.app.inject({ url: links.self })).json()).toMatchObject({ input: { fileId: FILE, index: 0 } });
  });

  it('starts a run with the record put right, every character of it', async () => {
    const text = GOOD.replace('driving', 'f\u00e4hrt \u{1f697}');
    const { links } = RunAccepted.parse((await resubmit(2, { text })).json());
    expect((await rig.app.inject({ url: links.self })).json()).toMatchObject({
      input: { fileId: FILE, index: 2, text },
    });
  });

  it.each([
    ['that is still bad', 2, undefined, 'MR_RECORD_REFUSED'],
    ['that is put right wrongly', 0, { text: GOOD.replace('2024-01-01', '2024-02-30') }, 'MR_RECORD_REFUSED'],
    ['that was cut', 3, undefined, 'MR_REJECT_CUT'],
    ['put right with half a character', 0, { text: GOOD.replace('driving', '\ud83d') }, 'MR_REQUEST_INVALID'],
    ['under another name', 0, { record: GOOD }, 'MR_REQUEST_INVALID'],
  ])('refuses a record %s, and starts nothing', async (_, index, body, code) => {
    expect(problemOf(await resubmit(index, body))).toMatchObject({ status: 422, code });
    expect(await runs()).toEqual([]);
  });

  it('says where in the record the fault is', async () => {
    const problem = problemOf(await resubmit(0, { text: GOOD.replace('2024-01-01', '2024-02-30') }));
    expect(problem.errors).toMatchObject([{ pointer: '/report_time' }]);
    expect(problem.detail).toContain('MR_RECORD_INVALID');
  });

  it.each([1, 4, 'x', '0x0', '99999999999'])('knows no reject %s', async (index) => {
    expect(problemOf(await resubmit(index))).toMatchObject({ status: 404, code: 'MR_REJECT_UNKNOWN' });
  });

  it('knows no file that is not there', async () => {
    expect(problemOf(await resubmit(0, undefined, RUN))).toMatchObject({ status: 404, code: 'MR_FILE_UNKNOWN' });
  });

  it('is a conflict once the record was loaded, and names the run that did', async () => {
    await rig.database.query(
      `UPDATE millrace.rejects SET resolved_at = now(), resolved_by = $1, outcome = 'loaded' WHERE index = 0`,
      [RUN],
    );
    expect(problemOf(await resubmit(0))).toMatchObject({ status: 409, code: 'MR_REJECT_RESOLVED', runId: RUN });
    const listed = (await rig.app.inject({ url: `/files/${FILE}/rejects?limit=1` })).json<object>();
    expect(listed).toMatchObject({ rejects: [{ resolution: { runId: RUN, outcome: 'loaded', text: null } }], next: 0 });
  });
});
