// Plain JavaScript, because a thread starts from a file that Node itself can read: from `src` under Vitest, else from `dist`.
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';

/** @type {import('./lease-renewal.js').LeaseThreadData} */
const { url, statement, leaseMs, beatMs, maxStallMs, shared } = workerData;
/** @type {import('node:worker_threads').MessagePort} */
const main = /** @type {never} */ (parentPort);
/** Times in nanoseconds of the process's monotonic clock, which its threads share. */
const times = new BigInt64Array(shared);
const [TICK, RENEWED, HELD_SINCE] = [0, 1, 2];
const end = new AbortController();

/** @type {pg.Client | undefined} */
let client;

/** @param {pg.Client} lost */
function drop(lost) {
  if (client === lost) client = undefined;
  lost.end().catch(() => undefined);
}

async function connect() {
  const limit = { connectionTimeoutMillis: leaseMs / 2, query_timeout: leaseMs / 2 };
  const fresh = new pg.Client({
    ...{ connectionString: url, application_name: 'millrace-worker-lease', keepAlive: true },
    ...limit,
  });
  fresh.on('error', () => drop(fresh));
  await fresh.connect();
  client = fresh;
  return fresh;
}

async function renew() {
  const asked = process.hrtime.bigint();
  const connection = client ?? (await connect());
  try {
    await connection.query(statement);
  } catch (error) {
    drop(connection);
    throw error;
  }
  if (asked - Atomics.load(times, RENEWED) > BigInt(leaseMs * 1e6)) Atomics.store(times, HELD_SINCE, asked);
  Atomics.store(times, RENEWED, asked);
}

/** Milliseconds since the main loop was last seen alive. */
const stalledForMs = () => Number(process.hrtime.bigint() - Atomics.load(times, TICK)) / 1e6;

/** What the main thread was last told. */
let told = 'renewing';
/** @param {import('./lease-renewal.js').LeaseThreadNews} news */
function tell(news) {
  if (told !== news.state) main.postMessage(news);
  told = news.state;
}

async function beat() {
  if (stalledForMs() > maxStallMs) return tell({ state: 'stalled' });
  try {
    await renew();
    tell({ state: 'renewing' });
  } catch (error) {
    tell({ state: 'failing', reason: String(error) });
  }
}

main.once('message', () => end.abort());
while (!end.signal.aborted) {
  await beat();
  await delay(beatMs, undefined, { signal: end.signal }).catch(() => undefined);
}
await client?.end().catch(() => undefined);
main.close();
