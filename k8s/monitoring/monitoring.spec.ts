import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS, type MetricName } from '@millrace/telemetry';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readPromql } from './promql.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

const textOf = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');
const { groups } = parse(textOf('alerts.yaml')) as { groups: { name: string; rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const { panels, templating } = JSON.parse(textOf('dashboard.json')) as {
  panels: Panel[];
  templating: { list: { name: string; definition?: string }[] };
};
const runbooks = textOf('../../docs/observability.md')
  .split('\n')
  .flatMap((line) => /^#### (Millrace\w+)$/.exec(line)?.[1] ?? []);

/** Metrics that no process of ours has; Node's own are prom-client's. */
function unknownMetrics(metrics: readonly string[]): string[] {
  return metrics.filter((name) => {
    const base = name.replace(/_(bucket|sum|count)$/, '');
    return !(name in METRICS) && !(base in METRICS) && !/^(nodejs|process)_/.test(name);
  });
}

function unknownLabels({ metrics, labels }: ReturnType<typeof readPromql>): string[] {
  const known = metrics.flatMap((name) => {
    const found = METRICS[(name in METRICS ? name : name.replace(/_(bucket|sum|count)$/, '')) as MetricName];
    return found === undefined ? [] : found.labels;
  });
  return labels.filter((label) => ![...known, 'process', 'le'].includes(label));
}

const expressions = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
];

describe('alerts and dashboard', () => {
  it.each(expressions)('%s asks Prometheus for metrics and labels that there are', (_, expression) => {
    const read = readPromql(expression);
    expect(read.faults).toEqual([]);
    expect(read.metrics.length).toBeGreaterThan(0);
    expect(unknownMetrics(read.metrics)).toEqual([]);
    expect(unknownLabels(read)).toEqual([]);
  });

  it('would be found to ask for what is not there', () => {
    const wrong = readPromql('sum by (colour) (rate(millrace_no_such_total[5m])) +');
    expect(wrong.faults).not.toEqual([]);
    expect(unknownMetrics(wrong.metrics)).toEqual(['millrace_no_such_total']);
    expect(unknownLabels(wrong)).toEqual(['colour']);
  });

  it('show every metric that is ours somewhere', () => {
    const asked = new Set(expressions.flatMap(([, expression]) => readPromql(expression).metrics));
    const forgotten = Object.keys(METRICS).filter((name) => ![...asked].some((one) => one.startsWith(name)));
    // Of npm start, which no Kubernetes runs.
    expect(forgotten).toEqual(['millrace_process_restarts_total']);
  });
});

describe('the alert rules', () => {
  it('have the fields that promtool asks for, and no others', () => {
    expect(groups.map(({ name }) => name)).toEqual(['millrace']);
    for (const rule of rules) {
      expect(Object.keys(rule).filter((key) => key !== 'for')).toEqual(['alert', 'expr', 'labels', 'annotations']);
      expect(rule.for ?? '1m', rule.alert).toMatch(/^\d+[smh]$/);
      expect(['page', 'ticket']).toContain(rule.labels['severity']);
      expect(Object.keys(rule.annotations)).toEqual(['summary', 'runbook']);
      // A label that a summary names is one by which the expression groups.
      for (const [, label = ''] of (rule.annotations['summary'] ?? '').matchAll(/\$labels\.(\w+)/g)) {
        expect(readPromql(rule.expr).labels, rule.alert).toContain(label);
      }
    }
  });

  it('each have a runbook, and no runbook is without its alert', () => {
    expect(runbooks).toEqual(rules.map(({ alert }) => alert));
    for (const { alert, annotations } of rules) {
      expect(annotations['runbook']).toBe(`docs/observability.md#${alert.toLowerCase()}`);
    }
  });
});

describe('the dashboard', () => {
  it('has panels that lie beside each other, in a grid of 24 columns', () => {
    const taken = new Set<string>();
    for (const { gridPos, title } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x} ${y}`), title).toBe(false);
          taken.add(`${x} ${y}`);
        }
      }
    }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it('uses no variable that it does not define', () => {
    const defined = ['__rate_interval', '__all', ...templating.list.map(({ name }) => name)];
    const used = [...textOf('dashboard.json').matchAll(/\$\{?(\w+)\}?/g)].map(([, name = '']) => name);
    expect([...new Set(used)].filter((name) => !defined.includes(name))).toEqual([]);
    for (const { definition } of templating.list) {
      if (definition === undefined) continue;
      const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? [];
      expect(METRICS[metric as MetricName].labels).toContain(label);
    }
  });
});
