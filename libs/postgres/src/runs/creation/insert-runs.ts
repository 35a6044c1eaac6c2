import type { CreateOutcome, Delivery, IdempotencyClaim, NewRun } from '@millrace/runs';
import type { SqlExecutor } from '../../database.js';
import { arrayLiteral } from '../../array-literal.js';
import { firstDelivery } from '../delivery-row.js';
import { DROP_EXPIRED_KEYS, FIND_KEYS, INSERT_RUNS, INSERT_TAGGED_RUNS } from './insert-runs.sql.js';

export interface Creation {
  readonly run: NewRun;
  readonly idempotency: IdempotencyClaim | undefined;
}

type KeyedCreation = Creation & { readonly idempotency: IdempotencyClaim };

interface KeyRow {
  readonly scope: string;
  readonly key: string;
  readonly body_hash: string;
  /** Null: the key was sent with another kind of request. */
  readonly run_id: string | null;
  readonly expired: boolean;
}

/** Inserts a root run as part of the caller's transaction; deliver it after the commit. */
export async function insertRun(executor: SqlExecutor, run: NewRun): Promise<Delivery> {
  await insert(executor, [{ run, idempotency: undefined }]);
  return firstDelivery(run);
}

/** Inserts root runs in one statement; a run whose idempotency key is taken is answered by the run that has it. */
export async function insertRuns(executor: SqlExecutor, creations: readonly Creation[]): Promise<CreateOutcome[]> {
  const inserted = await insert(executor, creations);
  const taken = creations.filter(isKeyed).filter(({ run }) => !inserted.has(run.id));
  const answers = taken.length === 0 ? undefined : await answerByKey(executor, taken);
  return creations.map(({ run }) => answers?.get(run.id) ?? { status: 'created', delivery: firstDelivery(run) });
}

function isKeyed(creation: Creation): creation is KeyedCreation {
  return creation.idempotency !== undefined;
}

async function insert(executor: SqlExecutor, creations: readonly Creation[]): Promise<Set<string>> {
  const isTagged = creations.some(({ run }) => run.tags !== undefined);
  const { rows } = await executor.query<{ id: string }>(isTagged ? INSERT_TAGGED_RUNS : INSERT_RUNS, [
    creations.map(({ run }) => run.id),
    creations.map(({ run }) => run.taskId),
    creations.map(({ run }) => run.queue),
    creations.map(({ run }) => run.trigger),
    creations.map(({ run }) => run.priority),
    creations.map(({ run }) => run.maxAttempts),
    creations.map(({ run }) => run.input),
    creations.map(({ run }) => run.dueAt ?? null),
    creations.map(({ idempotency }) => idempotency?.key ?? null),
    creations.map(({ idempotency }) => idempotency?.bodyHash ?? null),
    creations.map(({ run }) => (run.backoff === undefined ? null : JSON.stringify(run.backoff))),
    creations.map(({ run }) => arrayLiteral(run.gates)),
    creations.map(({ run }) => run.timeoutMs ?? null),
    creations.map(({ run }) => run.deduplication?.key ?? null),
    creations.map(({ run }) => run.trace ?? null),
    ...(isTagged ? [creations.map(({ run }) => arrayLiteral(run.tags))] : []),
  ]);
  return new Set(rows.map(({ id }) => id));
}

async function answerByKey(
  executor: SqlExecutor,
  taken: readonly KeyedCreation[],
): Promise<Map<string, CreateOutcome>> {
  const { rows } = await executor.query<KeyRow>(FIND_KEYS, columnsOfKeys(taken));
  const held = new Map(rows.filter(({ expired }) => !expired).map((row) => [`${row.scope} ${row.key}`, row]));
  const answers = new Map<string, CreateOutcome>();
  const free: KeyedCreation[] = [];
  for (const creation of taken) {
    const { run, idempotency } = creation;
    const holder = held.get(`${run.taskId} ${idempotency.key}`);
    if (holder === undefined) free.push(creation);
    else if (holder.run_id === run.id) answers.set(run.id, { status: 'created', delivery: firstDelivery(run) });
    else {
      const { run_id: runId, body_hash: bodyHash } = holder;
      answers.set(
        run.id,
        runId !== null && bodyHash === idempotency.bodyHash
          ? { status: 'existing', runId }
          : { status: 'key-conflict', runId: runId ?? undefined },
      );
    }
  }
  if (free.length > 0) {
    await executor.query(DROP_EXPIRED_KEYS, columnsOfKeys(free));
    const outcomes = await insertRuns(executor, free);
    free.forEach(({ run }, index) => answers.set(run.id, outcomes[index] as CreateOutcome));
  }
  return answers;
}

function columnsOfKeys(creations: readonly KeyedCreation[]): [string[], string[]] {
  return [creations.map(({ run }) => run.taskId), creations.map(({ idempotency }) => idempotency.key)];
}
