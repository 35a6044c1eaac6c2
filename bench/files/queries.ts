import { readFile } from 'node:fs/promises';
import type { Client } from 'pg';
import { type Bench, withClient } from '../bench.js';
import { type Figure, type Measured, valueBelow } from '../figure.js';
import { fillTables, VEHICLES } from './full-tables.js';

/** The documented questions about loaded data, each against tables of many rows that are in memory. */
export const queries: Figure = { id: 'files.queries', needsRedis: false, measure };

const PAGE = new URL('../../docs/queries.md', import.meta.url);
const ROUNDS = 21;
/** No question may read one of them whole. */
const SCANNED =
  /Seq Scan on (detection_events|detection_hours|status_reports|latest_statuses|arrivals|contents)(_\d+)?\b/;

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const questions = questionsIn(await readFile(PAGE, 'utf8'));
  return bench.withDatabase(async (url) => {
    const events = await fillTables(url, bench.options.tableRows);
    return withClient(url, async (client) => {
      const measured: Measured[] = [];
      for (const { slug, sql } of questions) {
        measured.push({
          ...{ id: `files.queries.${slug}`, unit: 'ms', target: valueBelow(50), baseline: [] },
          millrace: await timesOf(client, sql),
          what: 'a documented question, warm',
          settings: { rows: bench.options.tableRows, events, vehicles: VEHICLES },
        });
      }
      return measured;
    });
  });
}

/** The queries about loaded data, named by their headings. */
function questionsIn(page: string): { slug: string; sql: string }[] {
  const sections = page.slice(page.indexOf('## Loaded data')).split('\n### ').slice(1);
  return sections.flatMap((section) => {
    const heading = section.slice(0, section.indexOf('\n'));
    const slug = heading.toLowerCase().replaceAll(/[^a-z]+/g, '-');
    const blocks = [...section.matchAll(/```sql\n([\s\S]*?)```/g)];
    return blocks.map(([, sql = ''], index) => ({ slug: index === 0 ? slug : `${slug}-${index + 1}`, sql }));
  });
}

/** Milliseconds from the statement to its last row, after one that is not counted. */
async function timesOf(client: Client, sql: string): Promise<readonly number[]> {
  const { rows: plan } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`);
  const steps = plan.map((row) => row['QUERY PLAN']).join('\n');
  if (SCANNED.test(steps)) throw new Error(`A table is read whole by ${sql}\n${steps}`);
  const { rowCount } = await client.query(sql);
  if (rowCount === 0) throw new Error(`Nothing is found by ${sql}`);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now();
    await client.query(sql);
    times.push(performance.now() - started);
  }
  return times;
}
