import type { StatisticRow } from '@millrace/postgres';
import { Metrics } from '@millrace/telemetry';
import { describe, expect, it } from 'vitest';
import { countEnds, countFile, readLoads } from './worker-metrics.js';

const row = (measure: StatisticRow['measure'], bucket: number, n: number): StatisticRow => ({
  ...{ taskId: 'hello', queue: 'default', measure, bucket, n },
});
const valuesOf = async (metrics: Metrics, name: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await metrics.page())
      .split('\n')
      .filter((line) => line.startsWith(name))
      .map((line): [string, number] => [
        /(?:le|state|outcome|feed)="([^"]+)",process/.exec(line)?.[1] ?? '',
        Number(line.split(' ').at(-1)),
      ]),
  );

describe('the metrics of a worker', () => {
  it('count runs by state, and put their times into the buckets in which they are kept', async () => {
    const metrics = new Metrics('worker');
    // Up to 4 ms, and just above.
    countEnds(metrics, [row('succeeded', 0, 7), row('failed', 0, 2), row('queued', 8, 6), row('queued', 9, 3)]);
    expect(await valuesOf(metrics, 'millrace_runs_ended_total')).toEqual({ succeeded: 7, failed: 2 });
    const times = await valuesOf(metrics, 'millrace_run_queue_time_seconds_bucket');
    expect(times).toMatchObject({ '0.001': 0, '0.004': 6, '0.016': 9, '+Inf': 9 });
  });

  it('say how long the oldest load has gone on, in seconds', async () => {
    const metrics = new Metrics('worker');
    readLoads(metrics, { oldestLoadMs: 1_500 });
    expect(await metrics.page()).toContain('millrace_load_oldest_age_seconds{process="worker"} 1.5\n');
  });

  it('count files by what became of them, with their rows and rejects', async () => {
    const metrics = new Metrics('worker');
    countFile(metrics, { feed: 'f', outcome: 'loaded', rows: 10, rejected: 2 });
    countFile(metrics, { feed: 'f', outcome: 'quarantined', rows: 0, rejected: 0 });
    expect(await valuesOf(metrics, 'millrace_files_ended_total')).toEqual({ loaded: 1, quarantined: 1 });
    expect(await valuesOf(metrics, 'millrace_rows_loaded_total')).toEqual({ f: 10 });
    expect(await valuesOf(metrics, 'millrace_records_rejected_total')).toEqual({ f: 2 });
  });
});
