import { isAbsolute, join, resolve, sep } from 'node:path';
import type { Config } from './config.js';
import { ConfigError } from './config.errors.js';
import { readEnvironment, type Environment } from './environment.js';
import { misspeltVariables } from './misspelt-variables.js';
import { redisProblems, redisServerOf } from './redis-server.js';
import { secretValues } from './secret-values.js';
import { VARIABLES, type Values, type Variable, type VariableName } from './variables.js';

/**
 * Reads the environment once, checks the whole of it and freezes what it says. Relative paths start at the working
 * directory.
 *
 * @param env default: `.env` of the working directory, then the process's own, which wins
 * @throws ConfigError with every mistake; a bad value never falls back to a default
 */
export function loadConfig(env: Environment = readEnvironment()): Config {
  const parsed = (Object.keys(VARIABLES) as VariableName[]).map((name) => ({ name, ...parse(name, env[name]) }));
  const values = Object.fromEntries(parsed.map(({ name, value }) => [name, value])) as Values;
  const bad = parsed.filter(({ problem }) => problem !== undefined);
  const problems = bad.map(({ problem }) => String(problem));
  if (!bad.some(({ name }) => ACCESS.includes(name))) problems.push(...accessProblems(values));
  if (!bad.some(({ name }) => name.startsWith('REDIS_'))) problems.push(...redisProblems(values));
  if (!bad.some(({ name }) => name === 'INBOX_DIR')) problems.push(...inboxProblems(values));
  problems.push(...misspeltVariables(env));
  if (problems.length > 0) throw new ConfigError(problems);
  return freeze(configOf(values));
}

function parse(name: VariableName, given: string | undefined): { value?: unknown; problem?: string } {
  const { schema, fallback, secret } = VARIABLES[name] as Variable<unknown>;
  const raw = given || fallback;
  if (raw === undefined) return {};
  const { success, data, error } = schema.safeParse(raw);
  if (success) return { value: data };
  const allowed = error.issues[0]?.message ?? 'is not valid';
  return { problem: secret ? `${name} ${allowed}` : `${name} ${allowed}, not ${JSON.stringify(raw)}` };
}

/** What is checked together, once each is right by itself. */
const ACCESS: readonly VariableName[] = ['HOST', 'API_TOKENS', 'AUTH'];

/** Beyond loopback nobody gets in without a token, unless that is said aloud. */
function accessProblems({ HOST, API_TOKENS, AUTH }: Values): string[] {
  if (AUTH === 'off' && API_TOKENS !== undefined) {
    return ['AUTH=off and API_TOKENS contradict each other: unset one of them'];
  }
  if (isLoopback(HOST) || AUTH === 'off' || API_TOKENS !== undefined) return [];
  return [
    `HOST ${HOST} is reachable from other machines: set API_TOKENS, or AUTH=off to leave the API and /queues open to all`,
  ];
}

/** A file would be in two inboxes at once. */
function inboxProblems({ INBOX_DIR }: Values): string[] {
  const folders = INBOX_DIR.map((folder) => resolve(folder));
  const nested = folders.find((folder, at) =>
    folders.some((other, otherAt) => at !== otherAt && (folder + sep).startsWith(other + sep)),
  );
  return nested === undefined ? [] : [`INBOX_DIR names ${nested} twice, or a folder around it: give folders apart`];
}

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

function configOf(values: Values): Config {
  const home = resolve(values.MILLRACE_HOME);
  return {
    database: { url: values.DATABASE_URL },
    queue: { redis: redisServerOf(values), prefix: `{${values.REDIS_PREFIX}}` },
    http: {
      host: values.HOST,
      port: values.PORT,
      apiTokens: values.API_TOKENS ?? [],
      authOff: values.AUTH === 'off',
    },
    metrics: { host: values.METRICS_HOST, port: values.METRICS_PORT },
    traced: (values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? values.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined,
    files: {
      inboxes: values.INBOX_DIR.map((folder) => resolve(folder)),
      subfolders: values.INBOX_SUBFOLDERS === 'true',
      home,
      archive: join(home, 'archive'),
      quarantine: join(home, 'quarantine'),
      scanEveryMs: values.INBOX_SCAN_SECONDS * 1_000,
      uploadLimitBytes: values.UPLOAD_LIMIT_MB * 1_000_000,
    },
    tasks: { source: isFolder(values.TASKS) ? resolve(values.TASKS) : values.TASKS },
    worker: {
      queues: values.WORKER_QUEUES,
      concurrency: values.WORKER_CONCURRENCY,
      shutdownGraceMs: values.SHUTDOWN_GRACE * 1_000,
    },
    retention: {
      succeededMs: values.RETENTION_SUCCEEDED,
      unsuccessfulMs: values.RETENTION_FAILED,
      detectionsMs: values.RETENTION_DETECTIONS,
      statusesMs: values.RETENTION_STATUSES,
    },
    log: {
      level: values.LOG_LEVEL,
      pretty: values.LOG_FORMAT === undefined ? Boolean(process.stdout.isTTY) : values.LOG_FORMAT === 'pretty',
      secrets: secretValues(values),
    },
  };
}

const isFolder = (tasks: string) => tasks.startsWith('.') || isAbsolute(tasks);

function freeze<T extends object>(tree: T): T {
  for (const branch of Object.values(tree)) if (typeof branch === 'object' && branch !== null) freeze(branch as object);
  return Object.freeze(tree);
}
