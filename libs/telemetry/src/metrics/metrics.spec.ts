import { describe, expect, it } from 'vitest';
import { METRICS, type Metric } from './metric-catalogue.js';
import { Metrics } from './metrics.js';

/** The lines of a page that begin so, without Node's own. */
const linesOf = async (metrics: Metrics, name: string) =>
  (await metrics.page()).split('\n').filter((line) => line.startsWith(name));

describe('the metrics of a process', () => {
  it('have names and labels by the convention of Prometheus', () => {
    for (const [name, { type, labels, help }] of Object.entries<Metric>(METRICS)) {
      expect(name).toMatch(/^millrace_[a-z_]+$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      expect(name.endsWith('_seconds'), name).toBe(type === 'histogram' || name.includes('_age_'));
      for (const label of labels) expect(label).toMatch(/^[a-z_]+$/);
      expect(help).toMatch(/\.$/);
    }
  });

  it('count', async () => {
    const metrics = new Metrics('worker');
    const labels = { task: 'hello', queue: 'default', state: 'succeeded' };
    metrics.count('millrace_runs_ended_total', labels);
    metrics.count('millrace_runs_ended_total', labels, 4);
    expect(await linesOf(metrics, 'millrace_runs_ended_total')).toEqual([
      'millrace_runs_ended_total{task="hello",queue="default",state="succeeded",process="worker"} 5',
    ]);
  });

  it('time: each bucket holds those of the smaller ones too', async () => {
    const metrics = new Metrics('api');
    const labels = { call: 'deliver', outcome: 'ok' };
    metrics.observe('millrace_queue_call_duration_seconds', labels, 0.001);
    metrics.observe('millrace_queue_call_duration_seconds', labels, 0.002, 3);
    metrics.observe('millrace_queue_call_duration_seconds', labels, 100);
    const lines = await linesOf(metrics, 'millrace_queue_call_duration_seconds');
    const valueOf = (end: string) =>
      Number(
        lines
          .find((line) => line.includes(end))
          ?.split(' ')
          .at(-1),
      );
    expect(['le="0.001"', 'le="0.005"', 'le="10"', 'le="+Inf"', '_count'].map(valueOf)).toEqual([1, 4, 4, 5, 5]);
    expect(valueOf('_sum')).toBeCloseTo(100.007);
  });

  it('are read when they are asked for, counters as well, and left out while they cannot be', async () => {
    const metrics = new Metrics('worker');
    let executing = 1;
    metrics.read('millrace_executions', () => [{ labels: {}, value: executing }]);
    metrics.read('millrace_sweep_repairs_total', async () => [{ labels: { kind: 'lost' }, value: 2 * executing }]);
    metrics.read('millrace_db_connections', () => Promise.reject(new Error('away')));
    executing = 7;
    expect(await linesOf(metrics, 'millrace_')).toEqual([
      'millrace_executions{process="worker"} 7',
      'millrace_sweep_repairs_total{kind="lost",process="worker"} 14',
    ]);
  });

  it('stay few, whatever comes as a label', async () => {
    const metrics = new Metrics('worker');
    for (let n = 0; n < 3_000; n += 1) metrics.count('millrace_rows_loaded_total', { feed: `feed ${n}` });
    const lines = await linesOf(metrics, 'millrace_rows_loaded_total');
    expect(lines).toHaveLength(1_001);
    expect(lines.at(-1)).toBe('millrace_rows_loaded_total{feed="other",process="worker"} 2000');
  });

  it('tell how late the event loop is', async () => {
    expect(await linesOf(new Metrics('api'), 'nodejs_eventloop_lag_p99_seconds')).toHaveLength(1);
  });
});
