import type { DatabaseClient } from './database-client.js';
import {
  COUNT_DETECTIONS,
  FIND_STALE_STATUSES,
  MISCOUNTED_CALLS,
  READ_AUDIT,
  READ_CONTENTS,
  READ_EXECUTIONS,
  READ_FILES,
  READ_KEYS,
  READ_RUNS,
  READ_STEP_VALUES,
} from './audit-trail.sql.js';
import type { JournalEntry } from './journal.js';
import type { OwnEnd } from './service-process.js';

export interface RunRow {
  readonly id: string;
  readonly task_id: string;
  readonly queue: string;
  readonly state: string;
  readonly epoch: number;
  readonly attempt: number;
  readonly trigger: string;
  readonly root_id: string;
  readonly parent_id: string | null;
  readonly ancestors: readonly string[];
  readonly input: string;
  readonly result: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
}

/** One change of a run, in the order of the run's own changes. `old_state` null: created; `new_state` null: deleted. */
export interface AuditRow {
  readonly n: string;
  readonly run_id: string;
  readonly root_id: string;
  readonly old_state: string | null;
  readonly new_state: string | null;
  readonly epoch: number;
  readonly delivery: number;
  readonly attempt: number;
  readonly worker_id: string | null;
  readonly at_ms: number;
  readonly committed_ms: number | null;
}

export interface ExecutionRow {
  readonly run_id: string;
  readonly epoch: number;
  readonly attempt: number;
  readonly pid: number;
  readonly committed_epoch: number | null;
  readonly outcome: string | null;
  readonly started_ms: number;
  readonly ended_ms: number | null;
}

interface StepValueRow {
  readonly run_id: string;
  readonly seq: number;
  readonly value_epoch: number | null;
  readonly run_epoch: number;
}

export interface MiscountedCall {
  readonly run_id: string;
  readonly seq: number;
  readonly pending: number;
  readonly failed: number;
  readonly ended: number;
  readonly ended_badly: number;
  readonly children: number;
}

export interface FileRow {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly run_id: string;
  readonly run_state: string | null;
  /** Of its bytes as they were loaded, in hexadecimal. */
  readonly sha256: string | null;
  readonly records: number | null;
  readonly rejected: number | null;
  readonly rows: number | null;
  readonly loads: number;
}

/** What the ledger says of a content, and the rows that carry it; `state` null: it knows of none such. */
interface ContentRow {
  readonly id: string | null;
  readonly state: string | null;
  readonly rows: number | null;
  readonly given: number;
}

/** A vehicle whose latest status is not its newest report. */
interface StaleStatus {
  readonly vehicle_id: string;
  readonly latest: string | null;
  readonly newest: string | null;
}

/** Everything the invariants are judged by. */
export interface Evidence {
  readonly journal: readonly JournalEntry[];
  /** Children of one parent stand in the order of its calls and their inputs. */
  readonly runs: ReadonlyMap<string, RunRow>;
  readonly audit: ReadonlyMap<string, readonly AuditRow[]>;
  readonly executions: readonly ExecutionRow[];
  readonly stepValues: readonly StepValueRow[];
  readonly keys: readonly { readonly key: string; readonly run_id: string }[];
  /** Runs at once of a queue that a worker may hold. */
  readonly slots: number;
  /** At the end, and as seen while the load went on. */
  readonly miscounted: readonly MiscountedCall[];
  /** Oldest first. */
  readonly files: readonly FileRow[];
  /** SHA-256 of what lies in the archive, by the file's id. */
  readonly archived: ReadonlyMap<string, string>;
  readonly contents: readonly ContentRow[];
  readonly staleStatuses: readonly StaleStatus[];
  readonly detections: ReadonlyMap<string, number>;
  readonly ownEnds: readonly OwnEnd[];
}

export async function readEvidence(
  database: DatabaseClient,
  journal: readonly JournalEntry[],
  miscountedBefore: readonly MiscountedCall[],
  slots: number,
): Promise<Omit<Evidence, 'ownEnds' | 'archived'>> {
  const runs = await database.rows<RunRow>(READ_RUNS);
  const audit = new Map<string, AuditRow[]>();
  for (const row of await database.rows<AuditRow>(READ_AUDIT)) {
    const ofRun = audit.get(row.run_id);
    if (ofRun === undefined) audit.set(row.run_id, [row]);
    else ofRun.push(row);
  }
  const detections = await database.rows<{ vehicle_id: string; detections: number }>(COUNT_DETECTIONS);
  return {
    journal,
    runs: new Map(runs.map((run) => [run.id, run])),
    audit,
    executions: await database.rows<ExecutionRow>(READ_EXECUTIONS),
    stepValues: await database.rows<StepValueRow>(READ_STEP_VALUES),
    keys: await database.rows(READ_KEYS),
    slots,
    miscounted: [...miscountedBefore, ...(await database.rows<MiscountedCall>(MISCOUNTED_CALLS))],
    files: await database.rows<FileRow>(READ_FILES),
    contents: await database.rows<ContentRow>(READ_CONTENTS),
    staleStatuses: await database.rows<StaleStatus>(FIND_STALE_STATUSES),
    detections: new Map(detections.map((row) => [row.vehicle_id, row.detections])),
  };
}
