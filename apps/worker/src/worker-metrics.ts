import type { Executor, Sweep } from '@millrace/engine';
import type { EndedFile, FileLoader } from '@millrace/ingest';
import type { StatisticRow } from '@millrace/postgres';
import type { Metrics } from '@millrace/telemetry';

/** Has what the engine counts read when somebody scrapes. */
export function readEngine(metrics: Metrics, executor: Executor, sweep: Sweep): void {
  const one = (value: number) => [{ labels: {}, value }];
  metrics.read('millrace_executions', () => one(executor.totals.executing));
  metrics.read('millrace_lease_losses_total', () => one(executor.totals.leaseLosses));
  metrics.read('millrace_late_writes_refused_total', () => one(executor.totals.lateWritesRefused));
  metrics.read('millrace_late_reports_dropped_total', () =>
    Object.entries(executor.totals.lateReportsDropped).map(([kind, value]) => ({ labels: { kind }, value })),
  );
  metrics.read('millrace_sweep_repairs_total', () =>
    Object.entries(sweep.totals).map(([kind, value]) => ({ labels: { kind }, value })),
  );
}

/** Has read how long the load has gone on here that began first. */
export function readLoads(metrics: Metrics, loader: Pick<FileLoader, 'oldestLoadMs'>): void {
  metrics.read('millrace_load_oldest_age_seconds', () => [{ labels: {}, value: loader.oldestLoadMs / 1_000 }]);
}

/** Counts runs that ended, as one worker folds what their ends have told (ADR 11). */
export function countEnds(metrics: Metrics, counts: readonly StatisticRow[]): void {
  for (const { taskId: task, queue, measure, bucket, n } of counts) {
    // The geometric middle of the bucket.
    const seconds = 2 ** ((bucket - 0.5) / 4) / 1_000;
    if (measure === 'queued') metrics.observe('millrace_run_queue_time_seconds', { task, queue }, seconds, n);
    else if (measure === 'ran') metrics.observe('millrace_run_duration_seconds', { task, queue }, seconds, n);
    else metrics.count('millrace_runs_ended_total', { task, queue, state: measure }, n);
  }
}

/** Counts a file of which is decided what becomes of it. */
export function countFile(metrics: Metrics, { feed, outcome, rows, rejected }: EndedFile): void {
  metrics.count('millrace_files_ended_total', { feed, outcome });
  metrics.count('millrace_rows_loaded_total', { feed }, rows);
  metrics.count('millrace_records_rejected_total', { feed }, rejected);
}
