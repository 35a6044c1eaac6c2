import { createHash } from 'node:crypto';
import { FileChangedError, type LoadRequest, type OpenArrival, SHIPPED_FEEDS } from '@millrace/ingest';
import type { Completion } from '@millrace/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { detections, type DroppedFile, event, LoadingRig, statuses } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

/** A file of one event of a vehicle of its own. */
const dropEvent = (n: number) =>
  rig.drop(
    `objects_detection_${n}.json`,
    detections(event(`v${n}`, `2024-01-01T00:00:${String(n).padStart(2, '0')}Z`, n)),
  );
/** What each file gave, or the code of its error. */
const told = (outcomes: readonly PromiseSettledResult<Completion>[]) =>
  outcomes.map((outcome) =>
    outcome.status === 'fulfilled'
      ? (outcome.value.result as { outcome: string }).outcome
      : (outcome.reason as { code: string }).code,
  );
const transactions = async () => (await rig.rowsOf('SELECT DISTINCT xmin::text FROM millrace.contents')).length;
/** Groups that have read their files and wait to write the ledger. */
const groupsThatWait = async () =>
  (
    await rig.rowsOf(
      `SELECT FROM pg_locks WHERE NOT granted AND relation = 'millrace.contents'::regclass
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    )
  ).length;
const valuesOf = async () =>
  (await rig.rowsOf('SELECT object_value AS n FROM objects_detection_events ORDER BY 1')).map(({ n }) => n as number);

describe('small files that come together', () => {
  it('share one transaction, and each has its own ledger row, run and archive', async () => {
    const files = [
      ...(await Promise.all([1, 2, 3].map(dropEvent))),
      await rig.drop('vehicles_status_1.json', statuses(['a', '2024-01-01T00:00:00Z', 'driving'])),
    ];
    expect(told(await rig.loadTogether(files))).toEqual(['loaded', 'loaded', 'loaded', 'loaded']);
    expect(await transactions()).toBe(1);
    expect(await valuesOf()).toEqual([1, 2, 3]);
    expect(await rig.rowsOf('SELECT status FROM vehicle_status')).toEqual([{ status: 'driving' }]);
    expect(await rig.rowsOf('SELECT state, count(*)::int AS n FROM millrace.runs GROUP BY 1')).toEqual([
      { state: 'succeeded', n: 4 },
    ]);
    expect(await rig.inbox.claimed()).toEqual([]);
  });

  it('leave out one that is refused, and it goes to quarantine by itself', async () => {
    const files = [
      await dropEvent(1),
      await rig.drop('objects_detection_x.json', '{"objects_detection_events": []} nonsense'),
      await dropEvent(2),
    ];
    expect(told(await rig.loadTogether(files))).toEqual(['loaded', 'MR_JSON_SYNTAX', 'loaded']);
    expect(await rig.rowsOf('SELECT state FROM millrace.arrivals ORDER BY path')).toEqual([
      { state: 'loaded' },
      { state: 'loaded' },
      { state: 'quarantined' },
    ]);
    expect(await rig.rowsOf("SELECT error ->> 'code' AS code FROM millrace.runs WHERE state = 'failed'")).toEqual([
      { code: 'MR_JSON_SYNTAX' },
    ]);
  });

  it('leave out one of whose names PostgreSQL refuses one, and load again one whose look-up of names met a deadlock', async () => {
    const refuse = (name: string, code: string, times: number) =>
      rig.rowsOf(
        `CREATE SEQUENCE refused_${name};
         CREATE FUNCTION refuse_${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           IF nextval('refused_${name}') <= ${String(times)} THEN RAISE 'no' USING ERRCODE = '${code}'; END IF;
           RETURN NEW;
         END $$;
         CREATE TRIGGER refuse_${name} BEFORE INSERT ON millrace.vehicles FOR EACH ROW WHEN (NEW.vehicle_id = '${name}')
           EXECUTE FUNCTION refuse_${name}()`,
      );
    await refuse('v42', '22021', 100);
    const files = [await dropEvent(41), await dropEvent(42), await dropEvent(43)];
    expect(told(await rig.loadTogether(files))).toEqual(['loaded', 'MR_ROWS_REFUSED', 'loaded']);
    await refuse('v44', '40P01', 2);
    expect(told(await rig.loadTogether([await dropEvent(44), await dropEvent(45)]))).toEqual(['loaded', 'loaded']);
    await rig.rowsOf('DROP FUNCTION refuse_v42, refuse_v44 CASCADE');
  });

  it('go on in three groups at a time: the files of others are left in the inbox until one has ended', async () => {
    const groups = await Promise.all([1, 3, 5, 7].map((n) => Promise.all([dropEvent(n), dropEvent(n + 1)])));
    const loader = rig.loaderOf(SHIPPED_FEEDS);
    const loading = await rig.database.transaction(async (transaction) => {
      await transaction.query('LOCK TABLE millrace.contents IN SHARE MODE');
      const begun = groups.map((files) => rig.loadTogether(files, loader));
      await expect.poll(groupsThatWait).toBe(3);
      const ids = groups.slice(0, 3).flatMap((files) => files.map(({ id }) => id));
      expect((await rig.inbox.claimed()).sort()).toEqual(ids.sort());
      return { begun };
    });
    expect((await Promise.all(loading.begun)).map(told)).toEqual(groups.map(() => ['loaded', 'loaded']));
  });

  it('leave one that is cancelled while it waits for its turn in the inbox, and tell so at once', async () => {
    const groups = await Promise.all([1, 3, 5].map((n) => Promise.all([dropEvent(n), dropEvent(n + 1)])));
    const waiting = await dropEvent(7);
    const loader = rig.loaderOf(SHIPPED_FEEDS);
    const cancelling = new AbortController();
    const begun = await rig.database.transaction(async (transaction) => {
      await transaction.query('LOCK TABLE millrace.contents IN SHARE MODE');
      const loading = groups.map((files) => rig.loadTogether(files, loader));
      await expect.poll(groupsThatWait).toBe(3);
      const outcomes = rig.loadTogether([waiting], loader, { signal: cancelling.signal });
      cancelling.abort(new Error('cancelled'));
      expect(await outcomes).toMatchObject([{ status: 'rejected', reason: { message: 'cancelled' } }]);
      return { loading };
    });
    await Promise.all(begun.loading);
    // Its turn, which comes after theirs, is over by the time that a next one has had its own.
    await rig.loadTogether([await dropEvent(8)], loader);
    expect(await rig.inbox.names()).toEqual(['objects_detection_7.json']);
    expect(await rig.inbox.claimed()).toEqual([]);
  });

  it('share a transaction in a third attempt too, but for one that was lost with its worker, which is made alone', async () => {
    const dropped = await Promise.all([1, 2, 3].map(dropEvent));
    const files = dropped.map((file) => ({ ...file, run: { ...file.run, attempt: 3 } }));
    const suspect = files[2] as DroppedFile;
    await rig.database.query(
      `INSERT INTO millrace.attempts (run_id, attempt, epoch, state, worker_id, started_at, error)
       VALUES ($1, 1, 1, 'lost', gen_random_uuid(), now(), '{"code": "MR_WORKER_LOST", "message": "lost"}')`,
      [suspect.run.runId],
    );
    const [one, other, alone] = await rig.loadTogether(files);
    expect(alone).toMatchObject({ status: 'rejected', reason: { name: 'SnoozeError' } });
    expect([one, other]).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
    expect(await rig.rowsOf('SELECT DISTINCT xmin::text FROM millrace.contents')).toHaveLength(1);
    expect((await rig.load(suspect)).result).toMatchObject({ outcome: 'loaded' });
  });

  it('are loaded again together when they were unloaded, quarantined or failed', async () => {
    const files = await Promise.all([1, 2, 3].map(dropEvent));
    await rig.loadTogether(files);
    for (const file of files) await rig.unload(file);
    const again = await Promise.all(files.map((file) => rig.runAgain(file)));
    expect(told(await rig.loadTogether(again, undefined, { again: true }))).toEqual(['loaded', 'loaded', 'loaded']);
    const together = await rig.rowsOf("SELECT DISTINCT xmin::text FROM millrace.contents WHERE state = 'loaded'");
    expect(together).toHaveLength(1);
    expect(await rig.inbox.claimed()).toEqual([]);
  });

  it.each(['EMFILE', 'ENFILE'])(
    'are put off, at no attempt’s cost, for which there is no descriptor (%s)',
    async (code) => {
      const [one, other] = [await dropEvent(1), await dropEvent(2)];
      const crowded = Object.assign(new Error(`${code}: too many open files, open`), { code });
      vi.spyOn(rig.inbox, 'claim').mockRejectedValueOnce(crowded);
      expect(told(await rig.loadTogether([one, other]))).toEqual(['MR_SNOOZE', 'loaded']);
      expect((await rig.load(one)).result).toMatchObject({ outcome: 'loaded' });
    },
  );

  it('set their bad records aside, each for its own file', async () => {
    const bad = { vehicle_id: 7 };
    const one = await rig.drop('objects_detection_1.json', detections(event('a', '2024-01-01T00:00:01Z', 1), bad));
    const other = await rig.drop(
      'objects_detection_2.json',
      detections(bad, bad, event('a', '2024-01-01T00:00:02Z', 2)),
    );
    expect(told(await rig.loadTogether([one, other]))).toEqual(['loaded', 'loaded']);
    expect(await rig.rowsOf('SELECT arrival_id, index FROM millrace.rejects ORDER BY 1, 2')).toEqual([
      { arrival_id: one.id, index: 1 },
      { arrival_id: other.id, index: 0 },
      { arrival_id: other.id, index: 1 },
    ]);
  });

  it('load the same bytes once, whichever brought them, now or before', async () => {
    const known = await dropEvent(1);
    await rig.load(known);
    const bytes = detections(event('b', '2024-01-01T00:00:02Z', 2));
    const files = [
      await rig.drop('objects_detection_again.json', detections(event('v1', '2024-01-01T00:00:01Z', 1))),
      await rig.drop('objects_detection_b1.json', bytes),
      await rig.drop('objects_detection_b2.json', bytes),
      await dropEvent(3),
    ];
    const outcomes = told(await rig.loadTogether(files));
    expect([outcomes[0], ...outcomes.slice(1, 3).sort(), outcomes[3]]).toEqual([
      'duplicate',
      'duplicate',
      'loaded',
      'loaded',
    ]);
    expect(await valuesOf()).toEqual([1, 2, 3]);
  });

  it('count an event that several of them bring once', async () => {
    const files = [
      await rig.drop(
        'objects_detection_1.json',
        detections(event('a', '2024-01-01T00:00:01Z', 1), event('b', '2024-01-01T00:00:01Z', 2)),
      ),
      await dropEvent(5),
      await rig.drop(
        'objects_detection_2.json',
        detections(event('a', '2024-01-01T00:00:01Z', 1), event('c', '2024-01-01T00:00:01Z', 3)),
      ),
    ];
    expect(told(await rig.loadTogether(files))).toEqual(['loaded', 'loaded', 'loaded']);
    expect(await valuesOf()).toEqual([1, 2, 3, 5]);
    const [sums] = await rig.rowsOf(
      'SELECT sum(loaded)::int AS loaded, sum(unchanged)::int AS unchanged, sum(conflicting)::int AS conflicting FROM millrace.contents',
    );
    expect(sums).toEqual({ loaded: 4, unchanged: 1, conflicting: 0 });
  });

  it('leave the newest status whatever their order, and count a report that two of them bring once', async () => {
    const files = [
      await rig.drop(
        'vehicles_status_1.json',
        statuses(['a', '2024-01-01T00:00:02Z', 'parking'], ['b', '2024-01-01T00:00:00Z', 'driving']),
      ),
      await rig.drop('vehicles_status_2.json', statuses(['a', '2024-01-01T00:00:01Z', 'accident'])),
      await rig.drop(
        'vehicles_status_3.json',
        statuses(['b', '2024-01-01T00:00:00Z', 'driving'], ['c', '2024-01-01T00:00:00Z', 'driving']),
      ),
    ];
    expect(told(await rig.loadTogether(files))).toEqual(['loaded', 'loaded', 'loaded']);
    expect(await rig.rowsOf('SELECT vehicle_id, status FROM vehicle_status ORDER BY 1')).toEqual([
      { vehicle_id: 'a', status: 'parking' },
      { vehicle_id: 'b', status: 'driving' },
      { vehicle_id: 'c', status: 'driving' },
    ]);
    const [sums] = await rig.rowsOf(
      'SELECT sum(rows)::int AS rows, sum(unchanged)::int AS unchanged FROM millrace.contents',
    );
    expect(sums).toEqual({ rows: 4, unchanged: 1 });
  });

  it('go on without one whose execution has lost its run', async () => {
    const [lost, kept, other] = [await dropEvent(1), await dropEvent(2), await dropEvent(3)];
    await rig.rowsOf(`UPDATE millrace.runs SET epoch = epoch + 1 WHERE id = '${lost.run.runId}'`);
    const [outcome, ...others] = await rig.loadTogether([lost, kept, other]);
    expect(outcome?.status).toBe('rejected');
    expect(told(others)).toEqual(['loaded', 'loaded']);
    expect(await valuesOf()).toEqual([2, 3]);
    expect(await rig.rowsOf(`SELECT state FROM millrace.arrivals WHERE id = '${lost.id}'`)).toEqual([
      { state: 'arrived' },
    ]);
  });

  it('go on without one that was written to before the commit', async () => {
    const files = [await dropEvent(1), await dropEvent(2), await dropEvent(3)];
    const requests = await Promise.all(
      files.map((file, index) => requestOf(file, index === 1 ? new FileChangedError() : undefined)),
    );
    expect(told(await rig.ledger.loadTogether(requests))).toEqual(['loaded', 'MR_FILE_CHANGED', 'loaded']);
    expect(await valuesOf()).toEqual([0, 0]);
  });
});

/** The load of one event without a file; `failure` is thrown right before the commit. */
async function requestOf({ id, run }: DroppedFile, failure?: Error): Promise<LoadRequest> {
  const detectionTime = '2024-01-01 00:00:00+00:00';
  const row = { vehicleId: id, detectionTime, detections: [{ objectType: 'cars', objectValue: 0 }] };
  return {
    arrival: (await rig.ledger.find(id)) as OpenArrival,
    execution: run,
    target: 'objects_detection_events',
    newPartitions: 1,
    stream: async (write) => {
      await write([row]);
      const sha256 = createHash('sha256').update(id).digest();
      return { sha256, size: 1, records: 1, rejected: 0, expired: 0, naive: 0, extra: 0 };
    },
    rejects: async function* () {},
    complete: (result) => {
      if (failure) throw failure;
      return { runId: run.runId, epoch: run.epoch, result };
    },
  };
}
