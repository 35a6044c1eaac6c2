import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { type Bench, withClient } from '../bench.js';
import { withPage } from '../chromium.js';
import { type BuiltMillrace, withBuiltMillrace } from '../engine/built-millrace.js';
import { noOp, restless } from '../engine/tasks/bench.task.js';
import { type Figure, type Measured, valueBelow } from '../figure.js';
import { percentile } from '../statistics.js';

const CONCURRENCY = 50;
const PER_SECOND = 500;
const BATCHES_A_SECOND = 10;
/** Unfinished runs from which on no more are made: the machine does no more, and what waits would be its backlog. */
const MOST_UNFINISHED = 250;

/** From a move of a run in the database until the open page of that run shows it, while many other runs are made. */
export const page: Figure = { id: 'console.page', needsRedis: true, measure };

interface Seen {
  readonly state: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const moves = bench.options.quick ? 20 : 100;
  const waits: number[][] = [];
  const rates: number[] = [];
  for (let run = 0; run < bench.options.runs; run += 1) {
    const { rate, waited } = await watch(bench, moves);
    waits.push(waited);
    rates.push(rate);
  }
  const common = {
    unit: 'ms',
    baseline: [],
    settings: { moves, askedPerSecond: PER_SECOND, runsPerSecond: Math.min(...rates) },
  };
  const what = `from a move of a run in the database to its open page, beside ${PER_SECOND} other runs a second`;
  const at = (share: number) => waits.map((one) => percentile(one, share));
  return [
    { ...common, id: 'console.page.p50', what: `p50, ${what}`, millrace: at(0.5), target: valueBelow(150) },
    { ...common, id: 'console.page.p99', what: `p99, ${what}`, millrace: at(0.99), target: valueBelow(1_000) },
  ];
}

/** Milliseconds that each move waited to be shown; and how many other runs ended a second meanwhile. */
function watch(bench: Bench, moves: number): Promise<{ rate: number; waited: number[] }> {
  return withBuiltMillrace(bench, CONCURRENCY, async (millrace) => {
    const { url } = await millrace.startApi();
    await millrace.startWorker();
    return withPage(async (opened) => {
      const loaded = new AbortController();
      const load = makeRuns(millrace, url, loaded.signal);
      const looked = lookAt(opened, millrace, url, moves).finally(() => loaded.abort());
      const [rate, waited] = await Promise.all([load, looked]);
      return { rate, waited };
    });
  });
}

/** How long each move of a run waited to be shown on its page. */
async function lookAt(opened: Page, millrace: BuiltMillrace, url: string, moves: number): Promise<number[]> {
  const id = await millrace.post(url, restless.id, { moves });
  await opened.goto(`${url}/runs/${id}`);
  await observe(opened);
  await opened.locator('.run-state', { hasText: 'succeeded' }).waitFor({ timeout: 120_000 });
  return waitsOf(await movesOf(millrace, id), await opened.evaluate<Seen[]>('globalThis.seen'));
}

/** Has the page note each state that it shows, and when. */
async function observe(opened: Page): Promise<void> {
  await opened.locator('.run-state').waitFor();
  await opened.evaluate(`(() => {
    const shown = document.querySelector('.run-state');
    globalThis.seen = [];
    const note = () => globalThis.seen.push({ state: shown.textContent.trim(), at: performance.timeOrigin + performance.now() });
    new MutationObserver(note).observe(shown, { childList: true, subtree: true, characterData: true });
  })()`);
}

/** Each move of the run as PostgreSQL has it, in order, by the clock of this machine. */
async function movesOf(millrace: BuiltMillrace, id: string): Promise<Seen[]> {
  return withClient(millrace.databaseUrl, async (client) => {
    const { rows } = await client.query<Seen>(
      `SELECT state, extract(epoch FROM at)::float8 * 1000 AS at FROM millrace.run_moves WHERE run_id = $1 ORDER BY number`,
      [id],
    );
    return rows;
  });
}

/**
 * How long each move was not shown, of those that came while the page looked: until the page shows its state, or, where it
 * is passed over for good, until the last state of all is there.
 */
function waitsOf(moves: readonly Seen[], seen: readonly Seen[]): number[] {
  const [first, last] = [seen.at(0)?.at ?? Infinity, seen.at(-1)?.at ?? Infinity];
  return moves
    .filter(({ at }) => at >= first)
    .map(({ state, at }) => (seen.find((one) => one.state === state && one.at >= at)?.at ?? last) - at);
}

/** Starts no-op runs at an even pace until the signal, as long as they end; gives how many ended a second. */
async function makeRuns(millrace: BuiltMillrace, url: string, signal: AbortSignal): Promise<number> {
  const runs = Array.from({ length: PER_SECOND / BATCHES_A_SECOND }, (_, index) => ({
    task: noOp.id,
    input: { index },
  }));
  const request = {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ runs }),
  };
  const started = performance.now();
  return withClient(millrace.databaseUrl, async (client) => {
    const count = async (condition: string) =>
      (await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM millrace.runs WHERE ${condition}`)).rows[0]
        ?.n ?? 0;
    for (let batch = 1; !signal.aborted; batch += 1) {
      if ((await count('finished_at IS NULL')) < MOST_UNFINISHED) {
        const response = await fetch(`${url}/runs/batch`, request);
        if (!response.ok) throw new Error(`POST /runs/batch: ${response.status}`);
        await response.arrayBuffer();
      }
      await delay(Math.max(0, started + (batch * 1_000) / BATCHES_A_SECOND - performance.now()));
    }
    const seconds = (performance.now() - started) / 1_000;
    return Math.round((await count(`task_id = '${noOp.id}' AND finished_at IS NOT NULL`)) / seconds);
  });
}
