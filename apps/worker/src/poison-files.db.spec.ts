import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { JobPayload } from '@millrace/contracts';
import { Executor, InMemoryTaskQueue, ServiceBindings, TaskRegistry } from '@millrace/engine';
import {
  FailedLoads,
  FeedRegistry,
  FileLoader,
  Inbox,
  InboxScan,
  type LoadRequest,
  SHIPPED_FEEDS,
} from '@millrace/ingest';
import { FeedTables, FileQueries, PostgresFileLedger, PostgresWorkerLeases, type Database } from '@millrace/postgres';
import { holdLease, openDatabaseRig, type DatabaseRig } from '@millrace/postgres/database-rig.contract';
import { repairPartsOn, sweepOn } from '@millrace/postgres/engine-on-postgres.contract';
import { type Delivery, newRunId } from '@millrace/runs';
import { silentLogger } from '@millrace/telemetry';
import { FileLoading, loadFile } from '@millrace/tasks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

/** Jobs that a worker executes at once. */
const SLOTS = 10;
const INNOCENT = 40;
/** Milliseconds without an event after which nothing more happens by itself. */
const LULL_MS = 100;
const POISON = 'vehicles_status_9.json';
/** A compressed file never goes with a group. */
const SLOW = 'vehicles_status_5';
/** Longer than those that are lost are kept apart. */
const SLOW_MS = 30_000;
const NEVER = new Promise<never>(() => undefined);

let rig: DatabaseRig;
let folder: string;
let inbox: Inbox;
beforeAll(async () => {
  rig = await openDatabaseRig();
});
afterAll(() => rig.close());
beforeEach(async () => {
  await rig.database.query(
    'TRUNCATE millrace.arrivals, millrace.contents, millrace.rejects, millrace.runs, millrace.attempts, millrace.workers',
  );
  folder = await mkdtemp(join(tmpdir(), 'millrace-poison-'));
  inbox = new Inbox({
    inbox: join(folder, 'inbox'),
    archive: join(folder, 'archive'),
    quarantine: join(folder, 'bad'),
  });
  await inbox.prepare();
  return () => rm(folder, { recursive: true });
});

/** Keeps what it is asked to deliver, and has a clock of its own, which goes on when nothing else does. */
class HeldQueue extends InMemoryTaskQueue {
  readonly #held: { readonly payload: JobPayload; readonly dueMs: number }[] = [];
  readonly #alarms = new Map<() => void, number>();
  #nowMs = 0;

  constructor(readonly listOf: number) {
    super();
  }

  override deliver(deliveries: readonly Delivery[]): Promise<void> {
    const runs = deliveries.map(({ runId, delivery }): [string, number] => [runId, delivery]);
    const dueMs = this.#nowMs + Math.max(0, ...deliveries.map(({ dueAt }) => dueAt.getTime() - Date.now()));
    for (let at = 0; at < runs.length; at += this.listOf) {
      this.#held.push({ payload: { kind: 'runs', runs: runs.slice(at, at + this.listOf) }, dueMs });
    }
    return Promise.resolve();
  }

  /** Resolves when so much of its time has passed. */
  after(ms: number): Promise<void> {
    return new Promise((resolve) => this.#alarms.set(resolve, this.#nowMs + ms));
  }

  /** A job that is due. */
  take(): JobPayload | undefined {
    const at = this.#held.findIndex(({ dueMs }) => dueMs <= this.#nowMs);
    return at < 0 ? undefined : this.#held.splice(at, 1)[0]?.payload;
  }

  /** Goes on to what comes next; false when nothing does. */
  goOn(): boolean {
    const next = Math.min(...this.#held.map(({ dueMs }) => dueMs), ...this.#alarms.values());
    if (next === Infinity) return false;
    this.#nowMs = Math.max(this.#nowMs, next);
    for (const [ring, atMs] of this.#alarms) if (atMs <= this.#nowMs && this.#alarms.delete(ring)) ring();
    return true;
  }
}

/** The ledger of a worker that is killed by the load of one file: from then on it answers nobody. */
class MortalLedger extends PostgresFileLedger {
  readonly died: Promise<'died'>;
  #die: (died: 'died') => void = () => undefined;
  #dead = false;

  constructor(
    database: Database,
    private readonly queue: HeldQueue,
  ) {
    super(database, new FeedTables(database));
    this.died = new Promise((resolve) => (this.#die = resolve));
  }

  override async load(request: LoadRequest) {
    return this.#kills([request]) || (await this.#isKilledBefore(request)) ? NEVER : super.load(request);
  }

  override loadTogether(requests: readonly LoadRequest[]) {
    return this.#kills(requests) ? NEVER : super.loadTogether(requests);
  }

  async #isKilledBefore({ arrival }: LoadRequest): Promise<boolean> {
    if (arrival.name.startsWith(SLOW)) await this.queue.after(SLOW_MS);
    return this.#dead;
  }

  #kills(requests: readonly LoadRequest[]): boolean {
    if (requests.some(({ arrival }) => arrival.name === POISON)) {
      this.#dead = true;
      this.#die('died');
    }
    return this.#dead;
  }
}

async function startWorker(queue: HeldQueue) {
  const ledger = new MortalLedger(rig.database, queue);
  const feeds = new FeedRegistry(SHIPPED_FEEDS.map((feed) => ({ ...feed, quietPeriodMs: 0 })));
  const loader = new FileLoader(ledger, feeds, inbox, join(folder, 'spool'));
  const registry = TaskRegistry.from([{ value: loadFile, origin: 'tasks' }]);
  const { store, dispatcher, cancellation, logger } = repairPartsOn(rig.database, queue);
  const { id: workerId } = await holdLease(rig.database, ['load']);
  const executor = new Executor({
    ...{ workerId, registry, services: new ServiceBindings().bind(FileLoading, loader) },
    ...{ store, dispatcher, cancellation, logger },
    renewLease: () => Promise.resolve(),
    recycle: () => undefined,
  });
  return { executor, workerId, died: ledger.died };
}

/** Works jobs off until none is left, or until it dies; then its lease is over. */
async function work(queue: HeldQueue): Promise<'done' | 'died'> {
  const { executor, workerId, died } = await startWorker(queue);
  const handling = new Set<Promise<void>>();
  for (;;) {
    while (handling.size < SLOTS) {
      const job = queue.take();
      if (job === undefined) break;
      const handled = executor.handle(job).then(() => void handling.delete(handled));
      handling.add(handled);
    }
    const next = await Promise.race([died, ...handling, setTimeout(LULL_MS, 'lull')]);
    if (next === 'died') break;
    if (next === 'lull' && !queue.goOn() && handling.size === 0) return 'done';
  }
  await new PostgresWorkerLeases(rig.database).release(workerId);
  await sweepOn(rig.database, queue).runOnce();
  return 'died';
}

describe('a file that kills each worker that loads it', () => {
  it.each([
    ['in a group', 500],
    ['one by one', 1],
  ])('ends as failed, and takes the last attempt of no file beside it with it, %s', async (_, listOf) => {
    const small = Array.from({ length: INNOCENT }, (_name, n) => `vehicles_status_1${String(n).padStart(3, '0')}.json`);
    const slow = Array.from({ length: 6 }, (_name, n) => `${SLOW}${String(n)}.json.gz`);
    for (const [at, name] of [...small, ...slow, POISON].entries()) {
      const text = `{"vehicle_status":[]}${' '.repeat(at)}`;
      await writeFile(join(inbox.path, name), name.endsWith('.gz') ? gzipSync(text) : text);
      await utimes(join(inbox.path, name), 1, 1);
    }
    const queue = new HeldQueue(listOf);
    const ledger = new PostgresFileLedger(rig.database, new FeedTables(rig.database));
    const newRun = (fileId: string) => ({
      ...{ id: newRunId(), taskId: loadFile.id, queue: 'load', input: JSON.stringify({ fileId }) },
      ...{ trigger: 'file' as const, priority: 0, maxAttempts: loadFile.definition.retry?.maxAttempts ?? 0 },
    });
    const deliver = (deliveries: readonly Delivery[]) => queue.deliver(deliveries);
    const feeds = new FeedRegistry(SHIPPED_FEEDS);
    await new InboxScan({ inbox, feeds, ledger, logger: silentLogger, newRun, deliver }).runOnce();
    let deaths = 0;
    while ((await work(queue)) === 'died') deaths += 1;
    expect(deaths).toBe(4);
    await new FailedLoads(ledger, silentLogger).runOnce();
    const files = await new FileQueries(rig.database).list({ limit: 100 });
    expect(files.filter(({ state }) => state !== 'loaded')).toMatchObject([
      { name: POISON, state: 'failed', reason: { code: 'MR_WORKER_LOST' } },
    ]);
    expect(files).toHaveLength(small.length + slow.length + 1);
  });
});
