import { METRICS, type Metric } from './metric-catalogue.js';

/** The table of docs/observability.md. */
export function metricTable(): string {
  const rows = (Object.entries(METRICS) as [string, Metric][]).map(([name, { type, labels, of, help }]) => {
    const named = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} | ${named} | ${of.join(', ') || 'all'} | ${help} |`;
  });
  return [
    '<!-- prettier-ignore -->',
    '| metric | type | labels | process | what |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
