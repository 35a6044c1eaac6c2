import { readFileSync } from 'node:fs';
import { z } from 'zod';

const URL_OF_POSTGRES = 'postgresql://user:password@host:5432/database';

/** One environment variable. An empty value counts as not set. */
export interface Variable<Value> {
  /** One line: what it sets, with the unit. */
  readonly doc: string;
  readonly schema: z.ZodType<Value, string>;
  /** As it would be written in the environment; undefined: none. */
  readonly fallback: string | undefined;
  /** What happens without it, when there is no default. */
  readonly unset: string | undefined;
  /** Its value is never printed. */
  readonly secret: boolean;
}

/** A default is text that goes the way of every given value: what the docs show is what holds. */
const withDefault = <Value>(fallback: string, doc: string, schema: z.ZodType<Value, string>): Variable<Value> => ({
  doc,
  schema,
  fallback,
  unset: undefined,
  secret: false,
});
const optional = <Value>(
  unset: string,
  doc: string,
  schema: z.ZodType<Value, string>,
  secret = false,
): Variable<Value | undefined> => ({ doc, schema, fallback: undefined, unset, secret });

const text = z.string();
const oneOf = <const Word extends string>(...words: Word[]) =>
  z.enum(words, { error: `must be ${words.join(' or ')}` }) as unknown as z.ZodType<Word, string>;
const wholeNumber = (first: number, last: number) =>
  text
    .refine((value) => /^\d{1,9}$/.test(value) && Number(value) >= first && Number(value) <= last, {
      error: `must be a whole number from ${first} to ${last}`,
    })
    .transform(Number);
const url = (protocols: readonly string[], form: string) =>
  text.refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `must look like ${form}`,
  });
const list = (item: RegExp, form: string) =>
  text
    .transform((value) => value.split(',').map((one) => one.trim()))
    .refine((items) => items.every((one) => item.test(one)), { error: `must be ${form}` });

const addresses = text.transform((value, context) => {
  const given = value.split(',').map((one) => /^([\w.-]+|\[[\da-f:]+\]):(\d{1,5})$/i.exec(one.trim()));
  if (given.every((one) => one !== null)) {
    return given.map(([, host, port]) => ({ host: String(host).replace(/^\[|\]$/g, ''), port: Number(port) }));
  }
  context.addIssue({ code: 'custom', message: 'must be addresses like host:6379, separated by commas' });
  return z.NEVER;
});
const fileContent = text.transform((path, context) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    context.addIssue({ code: 'custom', message: 'must be the path of a file that can be read' });
    return z.NEVER;
  }
});
const hostName = text.refine((value) => /^[\w.:-]+$/.test(value), { error: 'must be an IP address or a host name' });
const HOUR_MS = 3_600_000;
/** In milliseconds; undefined: `off`. */
const age = text
  .refine((value) => value === 'off' || /^[1-9]\d{0,3}[hd]$/.test(value), {
    error: 'must be 1 to 9999 hours or days (12h, 30d), or off',
  })
  .transform((value) =>
    value === 'off' ? undefined : Number(value.slice(0, -1)) * (value.endsWith('d') ? 24 * HOUR_MS : HOUR_MS),
  );

/** Every variable that Millrace reads; `.env.example` and docs/operations.md are made from it. */
export const VARIABLES = {
  DATABASE_URL: optional(
    'npm start runs its own PostgreSQL',
    `PostgreSQL 15 or newer: ${URL_OF_POSTGRES}.`,
    url(['postgres:', 'postgresql:'], URL_OF_POSTGRES),
    true,
  ),
  REDIS_URL: optional(
    'the queues live in PostgreSQL, unless one of the next two is set',
    'A single Redis that carries the queues: redis://user:password@host:6379/0, or rediss:// for TLS.',
    url(['redis:', 'rediss:'], 'redis://user:password@host:6379/0'),
    true,
  ),
  REDIS_CLUSTER_NODES: optional(
    'no Redis Cluster',
    'Some nodes of a Redis Cluster that carries the queues, comma separated: host:6379,host:6379. It tells of the others.',
    addresses,
  ),
  REDIS_SENTINELS: optional(
    'no Redis Sentinel',
    'Sentinels that know the Redis which carries the queues, comma separated: host:26379,host:26379.',
    addresses,
  ),
  REDIS_SENTINEL_NAME: withDefault('mymaster', 'Name under which the Sentinels know that Redis.', text),
  REDIS_USERNAME: optional('the default user', 'User at a Redis Cluster, or at the Redis that Sentinels name.', text),
  REDIS_PASSWORD: optional(
    'no password',
    'Password at a Redis Cluster, or at the Redis that Sentinels name.',
    text,
    true,
  ),
  REDIS_SENTINEL_PASSWORD: optional('no password', 'Password at the Sentinels themselves.', text, true),
  REDIS_TLS: optional(
    'no TLS, but for rediss://',
    '`on`: TLS to a Redis Cluster, or to the Sentinels and the Redis that they name.',
    oneOf('on'),
  ),
  REDIS_TLS_CA: optional(
    'the authorities that Node trusts',
    'File with the certificates, in PEM, of the authority that signed those of Redis.',
    fileContent,
  ),
  REDIS_PREFIX: withDefault(
    'millrace',
    'Begins the names of all keys in Redis, in braces: another one for each Millrace that shares a Redis.',
    text.refine((value) => /^[\w.-]+$/.test(value), { error: 'must be letters, digits, -, _ and .' }),
  ),
  API_TOKENS: optional(
    'the API asks for none, and listens on loopback only',
    'Bearer tokens that open the API and /queues, comma separated, 16 characters or more each.',
    list(/^[\w.~+/=-]{16,}$/, 'tokens of 16 or more letters, digits and -._~+/=, separated by commas'),
    true,
  ),
  AUTH: optional(
    'tokens are asked for beyond loopback',
    '`off`: the API and /queues are open to everyone who reaches them.',
    oneOf('off'),
  ),
  HOST: withDefault('127.0.0.1', 'Address that the API listens on; 0.0.0.0: every one of this machine.', hostName),
  PORT: withDefault('3000', 'Port that the API listens on.', wholeNumber(1, 65_535)),
  METRICS_PORT: optional(
    'the API has /metrics on PORT, for a token; the others have none',
    'Port on which this process serves /metrics, and nothing else, without a token. With npm start the worker has it, the file watcher the next one and npm start itself the one after.',
    wholeNumber(1, 65_533),
  ),
  METRICS_HOST: withDefault(
    '127.0.0.1',
    'Address that METRICS_PORT listens on; 0.0.0.0: every one of this machine.',
    hostName,
  ),
  TASKS: withDefault('./tasks', 'Your tasks and feeds: a folder (begins with . or /), or the name of a package.', text),
  INBOX_DIR: withDefault(
    './inbox',
    'Folders that are watched for arriving files, separated by commas. Files of the first are known by their name in it, files of the others by their whole path, which must be the same for file watcher, worker and API.',
    list(/^[^,]+$/, 'paths of folders, separated by commas'),
  ),
  INBOX_SUBFOLDERS: withDefault(
    'false',
    'Whether the sub-folders of the inboxes are looked into. Links are never followed.',
    oneOf('true', 'false'),
  ),
  INBOX_SCAN_SECONDS: withDefault(
    '5',
    'Seconds between two full scans of the inbox. 1 where it lies on a network file system: that tells of no change made by another machine.',
    wholeNumber(1, 3_600),
  ),
  UPLOAD_LIMIT_MB: withDefault(
    '1024',
    'Size of the largest file that POST /files takes, in megabytes of 1,000,000 bytes.',
    wholeNumber(1, 10_000_000),
  ),
  MILLRACE_HOME: withDefault(
    './.millrace',
    'Folder for everything that Millrace itself writes: data, archive, quarantine, logs.',
    text,
  ),
  WORKER_QUEUES: optional(
    'all queues of the known tasks',
    'Queues that this worker takes runs from, comma separated.',
    list(/^[\w-]+$/, 'queue names of letters, digits, - and _, separated by commas'),
  ),
  WORKER_CONCURRENCY: withDefault('10', 'Runs that this worker executes at once, per queue.', wholeNumber(1, 1_000)),
  SHUTDOWN_GRACE: withDefault(
    '20',
    'Seconds that running tasks may take to finish after SIGTERM. What stops a worker has to leave it 20 s more.',
    wholeNumber(0, 86_400),
  ),
  RETENTION_SUCCEEDED: withDefault(
    '30d',
    'How long runs that succeeded are kept, with all below them, after their end: 12h, 30d, or `off`: for ever.',
    age,
  ),
  RETENTION_FAILED: withDefault('90d', 'The same for runs that failed or were cancelled.', age),
  RETENTION_DETECTIONS: withDefault(
    'off',
    'How long detection events are kept, by their own time and whole weeks: 90d, or `off`: for ever. Roll-ups stay.',
    age,
  ),
  RETENTION_STATUSES: withDefault(
    'off',
    'The same for the history of status reports. The latest status of a vehicle stays.',
    age,
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(
    'nothing is traced, unless the next one is set',
    'Base URL of an OpenTelemetry collector that takes OTLP over HTTP (http://host:4318). Its other variables hold too: OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER, OTEL_SERVICE_NAME, ...',
    url(['http:', 'https:'], 'http://host:4318'),
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional(
    'the one above with /v1/traces',
    'Whole URL to send traces to.',
    url(['http:', 'https:'], 'http://host:4318/v1/traces'),
  ),
  LOG_LEVEL: withDefault(
    'info',
    'Least severity that is logged: trace, debug, info, warn, error or silent.',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
  ),
  LOG_FORMAT: optional(
    'pretty in a terminal, else json',
    'Log lines for machines (`json`) or for people (`pretty`).',
    oneOf('json', 'pretty'),
  ),
} as const;

export type VariableName = keyof typeof VARIABLES;

export type Values = {
  readonly [Name in VariableName]: (typeof VARIABLES)[Name] extends Variable<infer Value> ? Value : never;
};
