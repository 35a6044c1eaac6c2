import { Random } from './random.js';

/** What is done to the system, by what it hits. `pause` lasts longer than a worker's lease for workers. */
const FAULTS = {
  common: [
    'kill-worker',
    'pause-worker',
    'stop-worker',
    'kill-api',
    'pause-api',
    'stop-api',
    'kill-watcher',
    'pause-watcher',
    'stop-watcher',
    'restart-postgres',
    'kill-postgres',
  ],
  redis: ['kill-redis', 'lose-redis', 'flush-redis'],
  archiveDisk: ['fill-archive'],
} as const;

export type FaultKind = (typeof FAULTS)[keyof typeof FAULTS][number];

export type Backend = 'postgres' | 'redis';

/** One fault, and what the seed has chosen about it. */
export interface Fault {
  readonly kind: FaultKind;
  /** Milliseconds after the load began. */
  readonly atMs: number;
  /** Which of several equal processes it hits. */
  readonly target: number;
  /** Milliseconds until what it took away comes back. */
  readonly lastsMs: number;
}

export interface ScheduleOptions {
  readonly seed: number;
  readonly durationMs: number;
  readonly kinds: readonly FaultKind[];
  readonly workers: number;
  /** Mean milliseconds between two faults. @default 4500 */
  readonly everyMs?: number | undefined;
}

/** Milliseconds for which a worker is paused: longer than its lease of 10 s. */
const WORKER_PAUSE_MS = { first: 11_500, last: 14_000 };
const PAUSE_MS = { first: 1_000, last: 6_000 };
const DOWN_MS = { first: 100, last: 3_000 };
const EVERY_MS = 4_500;

/** All kinds of faults that this backend has, and those of an archive on a disk of its own, where it has one. */
export function faultsOf(backend: Backend, hasArchiveDisk: boolean): readonly FaultKind[] {
  const { common, redis, archiveDisk } = FAULTS;
  return [...common, ...(backend === 'redis' ? redis : []), ...(hasArchiveDisk ? archiveDisk : [])];
}

/** Every kind once in random order, then every kind again, at random moments until the time is over. */
export function scheduleFaults({ seed, durationMs, kinds, workers, everyMs = EVERY_MS }: ScheduleOptions): Fault[] {
  const random = new Random(seed);
  const faults: Fault[] = [];
  let atMs = random.between(everyMs / 3, everyMs);
  while (kinds.length > 0) {
    for (const kind of random.shuffled(kinds)) {
      if (atMs >= durationMs) return faults;
      const range = kind === 'pause-worker' ? WORKER_PAUSE_MS : /^(pause|fill)/.test(kind) ? PAUSE_MS : DOWN_MS;
      faults.push({
        kind,
        atMs,
        target: random.between(0, workers - 1),
        lastsMs: random.between(range.first, range.last),
      });
      atMs += random.between(everyMs / 3, (everyMs * 5) / 3);
    }
  }
  return faults;
}
