import { type Bench, withClient } from '../bench.js';
import { BuiltMillrace } from '../engine/built-millrace.js';
import { atMost, type Figure, type Measured } from '../figure.js';
import { fillFinishedRuns } from '../finished-runs.js';
import { interleaved } from '../interleaved.js';
import { percentile } from '../statistics.js';

const FEW = 10_000;
/** Of the newest runs: failed and tagged ones among them, as many in both databases. */
const MARKED = 1_000;

/** Pages of the list, one after the other: as it begins, and by each filter and order. */
const LISTS = [
  '/runs',
  '/runs?rootOnly=true',
  '/runs?task=bench-no-op',
  '/runs?state=running',
  '/runs?state=failed',
  '/runs?state=cancelled',
  '/runs?tag=bench',
  '/runs?error=REFUSED',
  '/runs?error=nowhere',
  '/runs?sort=oldest',
];

/** `GET /runs` and `GET /runs/:id` with many runs in the table, against the same with few. */
export const growth: Figure = { id: 'console.growth', needsRedis: true, measure };

interface Waits {
  readonly list: number;
  readonly run: number;
}

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const { growthRuns, quick } = bench.options;
  const requests = quick ? 100 : 1_000;
  return bench.withDatabase(async (few) => {
    await fill(few, FEW);
    return bench.withDatabase(async (many) => {
      await fill(many, growthRuns);
      const sides = await interleaved(
        bench.options.runs,
        () => waitsFor(bench, few, requests),
        () => waitsFor(bench, many, requests),
      );
      const pick = (name: keyof Waits) => ({
        baseline: sides.baseline.map((one) => one[name]),
        millrace: sides.millrace.map((one) => one[name]),
      });
      const what = `with ${growthRuns} runs in the table; baseline: with ${FEW}`;
      const common = { unit: 'ms', target: atMost(1.5), settings: { requests, runs: growthRuns, few: FEW } };
      return [
        {
          ...common,
          ...pick('list'),
          id: 'console.growth.list',
          what: `p99 of pages of GET /runs, each filter, ${what}`,
        },
        { ...common, ...pick('run'), id: 'console.growth.run', what: `p99 of GET /runs/:id ${what}` },
      ];
    });
  });
}

async function fill(url: string, runs: number): Promise<void> {
  await fillFinishedRuns(url, runs);
  await withClient(url, async (client) => {
    await client.query(MARK, [MARKED]);
    await client.query('ANALYZE millrace.runs');
    await client.query('ANALYZE millrace.run_tags');
    await client.query('CHECKPOINT');
  });
}

/** Every second of some of the newest runs has failed, or was cancelled; and has a tag. */
const MARK = `
WITH marked AS (
  UPDATE millrace.runs SET state = CASE WHEN n % 4 = 0 THEN 'failed' ELSE 'cancelled' END, result = NULL, tags = '{bench}',
    error = '{"code":"E","message":"The connection was refused."}'
  FROM (SELECT id AS newest, row_number() OVER () AS n FROM millrace.runs ORDER BY id DESC LIMIT 2 * $1::int) AS newest
  WHERE id = newest AND n % 2 = 0
  RETURNING id
)
INSERT INTO millrace.run_tags SELECT 'bench', id FROM marked`;

/** The p99 of each kind of request, in milliseconds: one at a time, warm. */
async function waitsFor(bench: Bench, databaseUrl: string, requests: number): Promise<Waits> {
  const millrace = new BuiltMillrace(bench, databaseUrl, await bench.emptyRedis(), 1);
  try {
    const { url } = await millrace.startApi();
    const ids = await someIds(databaseUrl, requests);
    const list = (count: number) => waits(count, (n) => `${url}${LISTS[n % LISTS.length] ?? ''}`);
    const run = (count: number) => waits(count, (n) => `${url}/runs/${ids[n % ids.length] ?? ''}`);
    await list(100);
    await run(requests);
    return { list: percentile(await list(requests), 0.99), run: percentile(await run(requests), 0.99) };
  } finally {
    await millrace.stop();
  }
}

async function waits(count: number, addressOf: (n: number) => string): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const started = performance.now();
    const response = await fetch(addressOf(n));
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${addressOf(n)}: ${response.status}`);
    took.push(performance.now() - started);
  }
  return took;
}

/** Ids of runs from all over the table. */
async function someIds(databaseUrl: string, count: number): Promise<string[]> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n, count(*) OVER () AS all FROM millrace.runs) AS runs
       WHERE n % greatest(1, "all" / $1::int) = 0 LIMIT $1::int`,
      [count],
    );
    return rows.map(({ id }) => id);
  });
}
