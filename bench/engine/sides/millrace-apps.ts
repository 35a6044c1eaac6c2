import { fileURLToPath } from 'node:url';
import type { OwnLife, Stop } from '@millrace/telemetry';

/** Folder of the checkout. */
export const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));

/** Tasks that the figures run. */
export const BENCH_TASKS = fileURLToPath(new URL('../tasks', import.meta.url));

/** Starts the built worker in this process, wired as `apps/worker` wires it, from the environment. */
export async function startWorkerHere(): Promise<Stop> {
  const { startWorker } = (await importBuilt('worker', 'start-worker.js')) as {
    startWorker: (life: OwnLife) => Promise<Stop>;
  };
  const recycle = (why: string): never => {
    throw new Error(why);
  };
  return startWorker({ recycle, stopWithin: () => undefined });
}

/** A module of an app as it was built. */
export function importBuilt(app: string, file: string): Promise<unknown> {
  return import(new URL(`../../../apps/${app}/dist/${file}`, import.meta.url).href);
}

export interface WorkerEnvironment {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly concurrency: number;
  /** Millrace's own folder. */
  readonly home: string;
  /** Further variables, and others in the place of these. @default none */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** The variables of a Millrace process that is measured. */
export function environmentOf(given: WorkerEnvironment): Record<string, string> {
  const { databaseUrl, redisUrl, concurrency, home, environment } = given;
  return {
    ...{ DATABASE_URL: databaseUrl, TASKS: BENCH_TASKS, MILLRACE_HOME: home, INBOX_DIR: `${home}/inbox` },
    ...{ WORKER_CONCURRENCY: String(concurrency), LOG_LEVEL: 'error', LOG_FORMAT: 'json', SHUTDOWN_GRACE: '1' },
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    ...environment,
  };
}
