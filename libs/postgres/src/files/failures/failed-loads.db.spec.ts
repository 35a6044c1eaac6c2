import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { ClaimedFiles, FailedLoads, type FailedArrival } from '@millrace/ingest';
import { newRunId } from '@millrace/runs';
import { silentLogger } from '@millrace/telemetry';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileQueries } from '../file-queries.js';
import { detections, event, LoadingRig, type DroppedFile } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const NAME = 'objects_detection_1.json';
const ONE = detections(event('a', '2022-01-01T00:00:00Z', 1));
const EIO = { code: 'EIO', message: 'EIO: i/o error, read' };

const fileOf = ({ id }: DroppedFile) => new FileQueries(rig.database).find(id);
const failRun = async ({ run: { runId, epoch } }: DroppedFile) => {
  await rig.store.finish({ runId, epoch, status: 'failed', error: EIO });
};

/** Looks for failed loads once; gives those that were found. */
async function look(by?: FailedLoads): Promise<FailedArrival[]> {
  const found: FailedArrival[] = [];
  await (by ?? new FailedLoads(rig.ledger, silentLogger, (file) => found.push(file))).runOnce();
  return found;
}

describe('a file whose run failed for good', () => {
  it('is failed with the error of that run, and told of once', async () => {
    const dropped = await rig.drop(NAME, ONE);
    await failRun(dropped);
    expect(await look()).toMatchObject([{ id: dropped.id, runId: dropped.run.runId, reason: EIO }]);
    const { rows } = await rig.database.query<{ at: Date }>('SELECT finished_at AS at FROM millrace.runs');
    expect(await fileOf(dropped)).toMatchObject({
      ...{ state: 'failed', reason: EIO, counts: null, endedAt: rows[0]?.at.toISOString() },
    });
    expect(await look()).toEqual([]);
  });

  it('keeps waiting as long as its run is queued, running or tried again', async () => {
    const dropped = await rig.drop(NAME, ONE);
    expect(await look()).toEqual([]);
    expect(await fileOf(dropped)).toMatchObject({ state: 'arrived', reason: null });
  });

  it('says that its run is gone when that was deleted by its age', async () => {
    const dropped = await rig.drop(NAME, ONE);
    await rig.database.query('DELETE FROM millrace.runs');
    await look();
    expect(await fileOf(dropped)).toMatchObject({ state: 'failed', reason: { code: 'MR_RUN_UNKNOWN' } });
  });

  it('stays among the claimed files, and is loaded by a reload from there', async () => {
    const dropped = await rig.drop(NAME, ONE);
    await rig.inbox.claim(await openArrival(dropped));
    await failRun(dropped);
    await look();
    await new ClaimedFiles(rig.inbox, rig.ledger, silentLogger).putAway();
    expect(existsSync(rig.at('inbox', '.millrace-claimed', dropped.id))).toBe(true);

    const again = await rig.runAgain(dropped);
    expect((await rig.reload(again)).result).toMatchObject({ outcome: 'loaded', rows: 1 });
    expect(await fileOf(dropped)).toMatchObject({ state: 'loaded', reason: null, runId: again.run.runId });
  });

  it('is loaded by a reload from the inbox when it was never claimed', async () => {
    const dropped = await rig.drop(NAME, ONE);
    await failRun(dropped);
    await look();
    expect((await rig.reload(await rig.runAgain(dropped))).result).toMatchObject({ outcome: 'loaded' });
  });

  it('is loaded by its own run when somebody retries that, alone and among others', async () => {
    const [one, other] = [await rig.drop(NAME, ONE), await rig.drop('objects_detection_2.json', detections())];
    await failRun(one);
    await look();
    const settled = await rig.loadTogether([await rig.runAgain(one), other]);
    expect(settled).toMatchObject([{ value: { result: { outcome: 'loaded' } } }, { value: {} }]);
  });

  it('has vanished when it is gone by then', async () => {
    const dropped = await rig.drop(NAME, ONE);
    await failRun(dropped);
    await look();
    await rm(rig.at('inbox', NAME));
    await expect(rig.reload(await rig.runAgain(dropped))).rejects.toMatchObject({ code: 'MR_FILE_VANISHED' });
    expect(await fileOf(dropped)).toMatchObject({ state: 'vanished' });
  });

  it('is left to another run that is loading it in this moment', async () => {
    const dropped = await rig.drop(NAME, ONE);
    await failRun(dropped);
    await rig.database.transaction(async (transaction) => {
      await transaction.query('SELECT FROM millrace.arrivals FOR UPDATE');
      expect(await look()).toEqual([]);
    });
    expect(await look()).toHaveLength(1);
  });

  it('is found behind a thousand files that wait', async () => {
    await rig.database.query(
      `INSERT INTO millrace.arrivals (id, feed, path, device, inode, size, mtime_ns, found_by, run_id)
       SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'f', n::text, 1, n, 0, 0, 'scan', $1
       FROM generate_series(1, 1000) AS n`,
      [await waitingRun()],
    );
    const dropped = await rig.drop(NAME, ONE);
    await failRun(dropped);
    const loads = new FailedLoads(rig.ledger, silentLogger);
    await look(loads);
    expect(await fileOf(dropped)).toMatchObject({ state: 'arrived' });
    await look(loads);
    expect(await fileOf(dropped)).toMatchObject({ state: 'failed' });
  });
});

async function openArrival({ id }: DroppedFile) {
  const arrival = await rig.ledger.find(id);
  if (!arrival) throw new Error(`There is no file ${id}.`);
  return arrival;
}

/** The id of a run that is queued. */
async function waitingRun(): Promise<string> {
  const id = newRunId();
  const run = {
    taskId: 'load-file',
    queue: 'load',
    input: '{}',
    trigger: 'file',
    priority: 0,
    maxAttempts: 3,
  } as const;
  await rig.store.create({ id, ...run });
  return id;
}
