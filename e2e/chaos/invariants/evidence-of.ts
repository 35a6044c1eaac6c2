import type { AuditRow, Evidence, FileRow, RunRow } from '../evidence.js';

/** Evidence of nothing, for specs to add to. */
export function evidenceOf(parts: Partial<Evidence>): Evidence {
  return {
    journal: [],
    runs: new Map(),
    audit: new Map(),
    executions: [],
    stepValues: [],
    keys: [],
    slots: Infinity,
    miscounted: [],
    files: [],
    archived: new Map(),
    contents: [],
    staleStatuses: [],
    detections: new Map(),
    ownEnds: [],
    ...parts,
  };
}

/** A run that succeeded in its first execution. */
function runRow(parts: Partial<RunRow> & { readonly id: string }): RunRow {
  return {
    task_id: 'chaos-noop',
    queue: 'default',
    state: 'succeeded',
    epoch: 1,
    attempt: 1,
    trigger: 'api',
    root_id: parts.id,
    parent_id: null,
    ancestors: [],
    input: '{"tag":"t","n":1}',
    result: '{"epoch":1,"value":1}',
    error_code: null,
    error_message: null,
    ...parts,
  };
}

/** A file of two records that was loaded. */
export function fileRow(parts: Partial<FileRow>): FileRow {
  return {
    ...{ id: 'i', name: 'f', state: 'loaded', run_id: 'r', run_state: 'succeeded', sha256: 'abc' },
    ...{ records: 2, rejected: 0, rows: 2, loads: 1, ...parts },
  };
}

export function runsOf(...rows: readonly (Partial<RunRow> & { readonly id: string })[]): Evidence['runs'] {
  return new Map(rows.map((row) => [row.id, runRow(row)]));
}

/** A run's trail by the states it went through; epoch and delivery as the engine counts them. */
export function trailOf(id: string, states: readonly string[], changes: Partial<AuditRow>[] = []): Evidence['audit'] {
  let [epoch, delivery] = [0, 0];
  const rows = states.map((state, index): AuditRow => {
    const before = states[index - 1] ?? null;
    if (state === 'running') epoch += 1;
    if (state === 'queued') delivery += 1;
    return {
      ...{ n: `${index}`, run_id: id, root_id: id, old_state: before, new_state: state, epoch, delivery, attempt: 1 },
      ...{ worker_id: 'w', at_ms: index * 10, committed_ms: index * 10 },
      ...changes[index],
    };
  });
  return new Map([[id, rows]]);
}
