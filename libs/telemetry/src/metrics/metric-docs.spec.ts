import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { metricTable } from './metric-docs.js';

const observability = fileURLToPath(new URL('../../../../docs/observability.md', import.meta.url));

/** Written anew by `npx vitest run --project unit libs/telemetry -u`. */
it('docs/observability.md holds the table of metrics between its markers', async () => {
  const page = await readFile(observability, 'utf8');
  const [, before, after] = /^([^]*<!-- metrics -->\n)[^]*(\n<!-- \/metrics -->[^]*)$/.exec(page) ?? [];
  await expect(`${before ?? ''}\n${metricTable()}\n${after ?? ''}`).toMatchFileSnapshot(observability);
});
