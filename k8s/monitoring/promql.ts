import { parser } from '@prometheus-io/lezer-promql';

/** What a PromQL expression is made of. */
export interface Promql {
  /** Source at which the grammar fails; empty for an expression that Prometheus takes. */
  readonly faults: readonly string[];
  readonly metrics: readonly string[];
  /** Labels that it selects or groups by. */
  readonly labels: readonly string[];
}

/** Reads an expression by Prometheus's own grammar. */
export function readPromql(expression: string): Promql {
  const faults: string[] = [];
  const metrics = new Set<string>();
  const labels = new Set<string>();
  // What Grafana fills in.
  const source = expression.replaceAll('$__rate_interval', '5m').trim();
  parser.parse(source).iterate({
    enter({ type, from, to }) {
      const text = source.slice(from, to);
      if (type.isError) faults.push(source.slice(from));
      else if (type.name === 'Identifier') metrics.add(text);
      else if (type.name === 'LabelName') labels.add(text);
    },
  });
  return { faults, metrics: [...metrics], labels: [...labels] };
}
