import type { RunCall } from '@millrace/contracts';
import { LISTED_COLUMNS } from './run-columns.sql.js';
import type { RunEntity } from './run.entity.js';

/** The first calls of each run after a place, in order. The values of steps stay where they are: they may be large. */
export const READ_CALLS = `/* run-queries.read-calls */
SELECT call.*
FROM unnest($1::uuid[]) AS wanted (run_id)
CROSS JOIN LATERAL (
  SELECT run_id AS "runId", seq, kind, task_id AS "taskId", key, attempt, children, pending, failed,
         opened_at AS "openedAt", done_at AS "doneAt",
         CASE WHEN kind = 'branch' THEN value END AS arms,
         CASE WHEN error IS NOT NULL THEN json_build_object('code', error -> 'code', 'message', error -> 'message') END AS error,
         CASE WHEN kind = 'start' THEN value #>> '{}' END AS "startedRunId"
  FROM millrace.calls
  WHERE calls.run_id = wanted.run_id AND seq > $2
  ORDER BY seq
  LIMIT $3
) AS call
ORDER BY "runId", seq
LIMIT $4`;

/** A row of `READ_CALLS`. */
export interface CallRow {
  readonly runId: string;
  readonly seq: number;
  readonly kind: RunCall['kind'];
  readonly taskId: string | null;
  readonly key: string | null;
  readonly attempt: number;
  readonly children: number;
  readonly pending: number;
  readonly failed: number;
  readonly openedAt: Date;
  readonly doneAt: Date | null;
  readonly arms: RunCall['arms'];
  readonly error: RunCall['error'];
  readonly startedRunId: string | null;
}

/** The first children of each call after a place, in the order of the calls and of their inputs. */
export const READ_CHILDREN = `/* run-queries.read-children */
SELECT child.*
FROM unnest($1::uuid[], $2::int[]) WITH ORDINALITY AS wanted (run_id, seq, place)
CROSS JOIN LATERAL (
  SELECT ${LISTED_COLUMNS}, run.parent_seq AS "parentSeq", run.child_index AS index, run.child_key AS key,
         EXISTS (SELECT FROM millrace.calls AS call WHERE call.run_id = run.id) AS "hasCalls"
  FROM millrace.runs AS run
  WHERE run.parent_id = wanted.run_id AND run.parent_seq = wanted.seq AND run.child_index > $3
  ORDER BY run.child_index
  LIMIT $4
) AS child
ORDER BY wanted.place, child.index
LIMIT $5`;

/** A row of `READ_CHILDREN`. */
export interface ChildRow extends RunEntity {
  readonly parentSeq: number;
  readonly index: number;
  readonly key: string | null;
  readonly hasCalls: boolean;
}
