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

/** Every variable that Millrace reads; `.env.example` and docs/operations.md are made from it. */
export const VARIABLES = {
  DATABASE_URL: optional(
    'npm start runs its own PostgreSQL',
    `PostgreSQL 15 or newer: ${URL_OF_POSTGRES}.`,
    url(['postgres:', 'postgresql:'], URL_OF_POSTGRES),
    true,
  ),
  REDIS_URL: optional(
    'the queues live in PostgreSQL',
    'Redis that carries the queues: redis://user:password@host:6379/0, or rediss://.',
    url(['redis:', 'rediss:'], 'redis://user:password@host:6379/0'),
    true,
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
  HOST: withDefault(
    '127.0.0.1',
    'Address that the API listens on; 0.0.0.0: every one of this machine.',
    text.refine((value) => /^[\w.:-]+$/.test(value), { error: 'must be an IP address or a host name' }),
  ),
  PORT: withDefault('3000', 'Port that the API listens on.', wholeNumber(1, 65_535)),
  TASKS: withDefault('./tasks', 'Your tasks and feeds: a folder (begins with . or /), or the name of a package.', text),
  INBOX_DIR: withDefault('./inbox', 'Folder that is watched for arriving files.', text),
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
    'Seconds that running tasks may take to finish after SIGTERM.',
    wholeNumber(0, 86_400),
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
