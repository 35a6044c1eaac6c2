import type { Backend, FaultKind } from './fault-schedule.js';
import type { LoadMix } from './load.js';

/** Text of a built file, exactly, and what takes its place; every occurrence is replaced. */
export interface Patch {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

/** A build that breaks one protocol, and the run of chaos that must catch it. */
export interface Sabotage {
  readonly what: string;
  readonly patches: readonly Patch[];
  readonly backend: Backend;
  readonly seed: number;
  readonly seconds: number;
  readonly kinds: readonly FaultKind[];
  /** Mean milliseconds between two faults. */
  readonly everyMs: number;
  readonly mix: LoadMix;
}

const FINISH = 'libs/postgres/dist/runs/ends/finish-runs.sql.js';
const COUNT_OFF = 'libs/postgres/dist/runs/ends/count-off.sql.js';

/** Children of the call that have not ended, as a statement's snapshot has it: others may be ending them right now. */
const UNFINISHED_SIBLINGS = `(SELECT count(*)::int FROM millrace.runs AS sibling
        WHERE sibling.parent_id = call.run_id AND sibling.parent_seq = call.seq AND sibling.finished_at IS NULL
          AND sibling.id NOT IN (SELECT id FROM ended))`;

export const SABOTAGES = {
  'no-epoch-guard': {
    what: 'a late end is written whatever the epoch is (R1)',
    patches: [{ file: FINISH, find: ' AND run.epoch = ended.epoch', put: '' }],
    backend: 'postgres',
    seed: 11,
    // Long runs and free slots: the next execution is under way when the paused worker comes back.
    mix: { tasks: ['chaos-stubborn'], mostUnfinished: 12 },
    seconds: 45,
    kinds: ['pause-worker'],
    // Seldom enough that somebody is left to take the paused worker's runs.
    everyMs: 9_000,
  },
  'acknowledged-early': {
    what: 'POST /runs answers before the run is committed (section 3)',
    patches: [
      {
        file: 'libs/postgres/dist/runs/postgres-run-store.js',
        find: 'return this.#creations.submit({ run, idempotency });',
        put: `this.#creations.submit({ run, idempotency }).catch(() => undefined);
        const { id: runId, taskId, queue, priority } = run;
        return Promise.resolve({ status: 'created', delivery: { runId, delivery: 1, taskId, queue, priority, dueAt: new Date() } });`,
      },
    ],
    backend: 'postgres',
    seed: 12,
    mix: {},
    seconds: 20,
    kinds: ['kill-postgres', 'kill-api'],
    everyMs: 4_000,
  },
  'wake-by-not-exists': {
    what: 'a call is done when its statement sees no unfinished sibling, instead of by counting (R5)',
    patches: [
      { file: COUNT_OFF, find: 'SET pending = call.pending - locked.n', put: `SET pending = ${UNFINISHED_SIBLINGS}` },
      { file: COUNT_OFF, find: 'WHEN call.pending = locked.n THEN', put: `WHEN ${UNFINISHED_SIBLINGS} = 0 THEN` },
    ],
    backend: 'postgres',
    seed: 13,
    mix: { tasks: ['chaos-fan'], mostUnfinished: 300 },
    seconds: 25,
    kinds: [],
    everyMs: 4_000,
  },
  'sweep-off': {
    what: 'nobody looks for what was lost (R10)',
    patches: [{ file: 'libs/engine/dist/sweep/sweep.js', find: 'loop.start();', put: 'void loop;' }],
    backend: 'postgres',
    seed: 14,
    mix: {},
    seconds: 20,
    kinds: ['kill-worker'],
    everyMs: 4_000,
  },
  'claim-not-awaited': {
    what: 'user code runs while the claim is still on its way (R1)',
    patches: [
      {
        file: 'libs/postgres/dist/runs/claims/claim-runs.js',
        find: `const { rows } = await executor.query(CLAIM_RUNS, [...columns(claims), workerId]);
    return answer(executor, claims, rows);`,
        put: `const wanted = CLAIM_RUNS.slice(CLAIM_RUNS.lastIndexOf('RETURNING') + 'RETURNING'.length);
    const peek = 'SELECT ' + wanted.replace('run.epoch', 'run.epoch + 1 AS epoch') +
      ' FROM unnest($1::uuid[], $2::int[]) AS job (run_id, delivery)' +
      ' JOIN millrace.runs AS run ON run.id = job.run_id AND run.delivery = job.delivery' +
      " WHERE run.state = 'queued'";
    const { rows } = await executor.query(peek, columns(claims));
    executor.query(CLAIM_RUNS, [...columns(claims), workerId]).catch(() => undefined);
    return answer(executor, claims, rows);`,
      },
    ],
    backend: 'postgres',
    seed: 15,
    mix: {},
    seconds: 20,
    kinds: ['kill-worker'],
    everyMs: 4_000,
  },
} as const satisfies Record<string, Sabotage>;

export type SabotageName = keyof typeof SABOTAGES;
