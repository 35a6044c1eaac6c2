/** A process that has metrics. */
type Role = 'api' | 'worker' | 'file-watcher' | 'standalone';

/** What one metric is. */
export interface Metric<Type extends string = string, Label extends string = string> {
  readonly type: Type;
  /** One sentence, for Prometheus and for docs/observability.md. */
  readonly help: string;
  readonly labels: readonly Label[];
  /** The processes that have it; empty: every one with a database. */
  readonly of: readonly Role[];
  /** Upper bounds of a histogram's buckets, in seconds. */
  readonly buckets?: readonly number[];
}

const counter = <const Label extends string>(of: readonly Role[], help: string, ...labels: Label[]) =>
  ({ type: 'counter', help, labels, of }) satisfies Metric<'counter', Label>;
const gauge = <const Label extends string>(of: readonly Role[], help: string, ...labels: Label[]) =>
  ({ type: 'gauge', help, labels, of }) satisfies Metric<'gauge', Label>;
const histogram = <const Label extends string>(
  of: readonly Role[],
  buckets: readonly number[],
  help: string,
  ...labels: Label[]
) => ({ type: 'histogram', help, labels, of, buckets }) satisfies Metric<'histogram', Label>;

/** Powers of four of a millisecond, up to 18 hours: bounds of the buckets in which run statistics are kept too (ADR 11). */
const RUN_SECONDS = Array.from({ length: 14 }, (_, n) => 2 ** (2 * n) / 1_000);
const CALL_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** Every metric of ours, and the one place for their names. Node's own (`process_*`, `nodejs_*`) come beside them. */
export const METRICS = {
  millrace_runs_ended_total: counter(
    ['worker'],
    'Runs that ended, by the state in which they did; each is told by one worker, whoever ended it.',
    'task',
    'queue',
    'state',
  ),
  millrace_run_queue_time_seconds: histogram(
    ['worker'],
    RUN_SECONDS,
    'Time from when an ended run was created, or due, until it was first claimed.',
    'task',
    'queue',
  ),
  millrace_run_duration_seconds: histogram(
    ['worker'],
    RUN_SECONDS,
    'Time from the first claim of an ended run until its end, waits for children included.',
    'task',
    'queue',
  ),
  millrace_executions: gauge(['worker'], 'Runs that this worker executes now.'),
  millrace_lease_losses_total: counter(['worker'], 'Claims of this worker that found its lease lapsed.'),
  millrace_late_writes_refused_total: counter(
    ['worker'],
    'Outcomes that were refused because the execution had lost its run to another.',
  ),
  millrace_late_reports_dropped_total: counter(
    ['worker'],
    'Lines of `ctx.log` and reports of `ctx.progress` that were dropped because the execution had lost its run to another.',
    'kind',
  ),
  millrace_sweep_repairs_total: counter(
    ['worker'],
    'What the sweep of this worker mended, by kind: `lost` are attempts of workers that are gone, `stranded` runs that were running on this worker and that it did not execute, `recounted` calls that counted other than their children, which is a bug.',
    'kind',
  ),
  millrace_load_oldest_age_seconds: gauge(
    ['worker'],
    'For how long the load of a file, or of a group of small ones, has gone on that has gone on longest in this worker; 0 when none does.',
  ),
  millrace_files_ended_total: counter(
    ['worker', 'file-watcher'],
    'Files of which is decided what becomes of them: loaded, duplicate, quarantined, vanished, or failed with their run.',
    'feed',
    'outcome',
  ),
  millrace_rows_loaded_total: counter(['worker'], 'Rows that files gave.', 'feed'),
  millrace_records_rejected_total: counter(
    ['worker'],
    'Records that could not be loaded from files that were.',
    'feed',
  ),
  millrace_partitions_dropped_total: counter(
    ['worker'],
    'Weeks of loaded data that were dropped by their age.',
    'table',
  ),
  millrace_runs_unfinished: gauge(
    ['api'],
    'Runs that have not ended, by state; the oldest 50,000 are counted.',
    'task',
    'queue',
    'state',
  ),
  millrace_queue_oldest_age_seconds: gauge(
    ['api'],
    'For how long the oldest due run of a queue has been queued.',
    'queue',
  ),
  millrace_queue_workers: gauge(['api'], 'Workers with a good lease that take runs of a queue.', 'queue'),
  millrace_http_request_duration_seconds: histogram(
    ['api'],
    CALL_SECONDS,
    'Time to answer a request, by the pattern of its route.',
    'method',
    'route',
    'status',
  ),
  millrace_sse_streams: gauge(['api'], 'Event streams that are open.'),
  millrace_sse_dropped_total: counter(['api'], 'Event streams that were dropped because their client was too slow.'),
  millrace_found_by_scan_total: counter(
    ['file-watcher'],
    'Files that a scan found and no event of the file system had told of.',
  ),
  millrace_files_found_total: counter(['file-watcher'], 'Files that were found in the inbox and registered.', 'feed'),
  millrace_db_statement_duration_seconds: histogram(
    [],
    CALL_SECONDS,
    'Time of a statement at PostgreSQL, the wait for a connection included, by its name in `pg_stat_activity`.',
    'statement',
  ),
  millrace_db_connections: gauge([], 'Connections of the pool, and callers that wait for one, by state.', 'state'),
  millrace_queue_call_duration_seconds: histogram(
    [],
    CALL_SECONDS,
    'Time of a call to the queue backend, by outcome: `ok` or `failed`.',
    'call',
    'outcome',
  ),
  millrace_process_restarts_total: counter(['standalone'], 'Processes that npm start had to start again.', 'child'),
} as const;

export type MetricName = keyof typeof METRICS;
type OfType<Type extends string> = {
  [Name in MetricName]: (typeof METRICS)[Name]['type'] extends Type ? Name : never;
}[MetricName];
export type CounterName = OfType<'counter'>;
export type HistogramName = OfType<'histogram'>;
export type ReadableName = OfType<'counter' | 'gauge'>;

/** A value for each label of a metric. */
export type LabelsOf<Name extends MetricName> = Readonly<Record<(typeof METRICS)[Name]['labels'][number], string>>;
