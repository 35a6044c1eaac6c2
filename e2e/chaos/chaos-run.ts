import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { untilPutAway } from './archive-files.js';
import { INSTALL_AUDIT_TRAIL } from './audit-trail.sql.js';
import { DatabaseClient } from './database-client.js';
import { drain } from './drain.js';
import { type Evidence, readEvidence } from './evidence.js';
import { type Backend, type FaultKind, scheduleFaults } from './fault-schedule.js';
import { Faults } from './faults.js';
import { FileCorrections } from './file-corrections.js';
import { FileDrops } from './file-drops.js';
import { Journal } from './journal.js';
import { Load, type LoadMix } from './load.js';
import { MiscountWatch } from './miscount-watch.js';
import { System, WORKER_CONCURRENCY } from './system.js';

/** Milliseconds that answers under way, and then the runs, may take once the faults are over. */
const ANSWERS_MS = 30_000;
const DRAIN_MS = 180_000;
/** The watcher scans the inbox at least this often, in milliseconds, and files settle. */
const LAST_FILE_MS = 6_000;

export interface ChaosRunOptions {
  /** Folder with the built `apps` and `libs`. */
  readonly tree: string;
  readonly backend: Backend;
  readonly workers: number;
  readonly seed: number;
  readonly durationMs: number;
  readonly kinds: readonly FaultKind[];
  readonly everyMs?: number | undefined;
  readonly mix: LoadMix;
  /** Keep the folder. */
  readonly keep: boolean;
  readonly say: (line: string) => void;
  /** Aborted: end at once, leaving nothing behind. */
  readonly signal: AbortSignal;
}

export interface ChaosRun {
  readonly evidence: Evidence;
  readonly folder: string;
}

/** Whether archive and quarantine are on another device: of two seeds that follow each other one has it so. */
export function hasHomeElsewhere(seed: number): boolean {
  return seed % 2 === 1;
}

/** Load, faults, and a time of peace to finish in; gives what there is to judge. */
export async function runChaos(options: ChaosRunOptions): Promise<ChaosRun> {
  const { signal } = options;
  const began = performance.now();
  const say = (line: string) =>
    options.say(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  const system = await System.start({
    ...options,
    homeElsewhere: hasHomeElsewhere(options.seed),
    archiveDisk: options.kinds.includes('fill-archive'),
  });
  const isElsewhere = !system.home.startsWith(system.folder);
  say(`archive and quarantine are ${isElsewhere ? 'on another device than' : 'beside'} the inboxes`);
  const journal = new Journal(join(system.folder, 'journal.jsonl'));
  const database = new DatabaseClient(system.postgres.url);
  const miscounts = new MiscountWatch(database);
  try {
    await database.rows(INSTALL_AUDIT_TRAIL);
    await stress(system, journal, database, miscounts, { ...options, say });
    if (signal.aborted) throw new Error('it was interrupted');
    say('the load is over; waiting for the runs to end');
    const unfinished = await drain(database, DRAIN_MS, signal);
    say(unfinished === 0 ? 'every run has ended' : `${unfinished} runs do not end`);
    await miscounts.stop();
    const rows = await readEvidence(database, journal.read(), miscounts.found, WORKER_CONCURRENCY);
    const archived = await untilPutAway(system.archive, rows.files, signal);
    const ownEnds = system.processes.flatMap((process) => process.ownEnds);
    return { evidence: { ...rows, archived, ownEnds }, folder: system.folder };
  } finally {
    // What made it fail was thrown above.
    await miscounts.stop().catch(() => undefined);
    await database.close();
    journal.close();
    await system.stop();
    if (!options.keep) await system.remove();
  }
}

async function stress(
  system: System,
  journal: Journal,
  database: DatabaseClient,
  miscounts: MiscountWatch,
  options: ChaosRunOptions,
): Promise<void> {
  const { seed, durationMs, mix, signal } = options;
  const { apiUrl } = system;
  const load = new Load({ mix, apiUrl, journal, database, seed, can: await controlsOf(apiUrl) });
  const files = new FileDrops(system.inboxes, journal, seed);
  const corrections = new FileCorrections({ inbox: system.inboxes[0], apiUrl, journal, seed });
  const faults = new Faults(system, journal, () => isBusy(database), options.say);
  miscounts.start();
  load.start();
  files.start();
  corrections.start();
  faults.start(scheduleFaults(options));
  await delay(durationMs, undefined, { signal: AbortSignal.any([signal, faults.ending]) }).catch(() => undefined);
  if (signal.aborted) {
    await Promise.all([faults.stop(), files.stop(), corrections.stop(), load.stop(0)]);
    return;
  }
  await faults.finish();
  await Promise.all(system.processes.map((process) => process.untilReady()));
  options.say('the faults are over; waiting for the last answers');
  await Promise.all([files.stop(), corrections.stop()]);
  const lastFile = delay(LAST_FILE_MS);
  await load.stop(ANSWERS_MS);
  await lastFile;
}

/** Whether there are runs in each state in which a fault can harm one. */
async function isBusy(database: DatabaseClient): Promise<boolean> {
  const [row] = await database.rows<{ states: number }>(
    'SELECT count(DISTINCT state)::int AS states FROM millrace.runs WHERE finished_at IS NULL',
  );
  return row?.states === 3;
}

/** Which of the endpoints that move a run the API has. */
async function controlsOf(apiUrl: string): Promise<ReadonlySet<'cancel' | 'retry'>> {
  const { paths } = (await (await fetch(`${apiUrl}/openapi.json`)).json()) as { paths: Record<string, unknown> };
  const controls = ['cancel', 'retry'] as const;
  return new Set(controls.filter((name) => `/runs/{id}/${name}` in paths));
}
