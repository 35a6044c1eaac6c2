import type { RedisServer } from './redis-server.js';

/** How Millrace was told to run: read once at boot, checked whole, frozen. */
export interface Config {
  readonly database: {
    /** PostgreSQL connection URL; undefined: the embedded server (standalone passes its URL on). */
    readonly url: string | undefined;
  };
  readonly queue: {
    /** Undefined: BullMQ's PostgreSQL backend on `database.url`. */
    readonly redis: RedisServer | undefined;
    /** First word of all keys in Redis; its braces put all of them into one slot of a cluster. */
    readonly prefix: string;
  };
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Bearer tokens, any of which opens the API; empty with `authOff` or on loopback. */
    readonly apiTokens: readonly string[];
    /** `AUTH=off`: said aloud, no token is asked for. */
    readonly authOff: boolean;
  };
  readonly metrics: {
    readonly host: string;
    /** Where `/metrics` is served without a token; undefined: nowhere. */
    readonly port: number | undefined;
  };
  /** Whether spans are recorded and sent, to where the standard OTEL_* variables say. */
  readonly traced: boolean;
  readonly files: {
    /** Watched folders, absolute, none inside another; uploads go into the first. */
    readonly inboxes: readonly string[];
    /** Whether the sub-folders of the inboxes are looked into. */
    readonly subfolders: boolean;
    /** `MILLRACE_HOME`, absolute: everything that Millrace itself writes. */
    readonly home: string;
    /** Loaded files move here: `<home>/archive`. */
    readonly archive: string;
    /** Refused files move here: `<home>/quarantine`. */
    readonly quarantine: string;
    /** Milliseconds between two scans of the inbox when nothing happens. */
    readonly scanEveryMs: number;
    /** Bytes of the largest file that may be uploaded. */
    readonly uploadLimitBytes: number;
  };
  readonly tasks: {
    /** `TASKS`: a folder (absolute) or a package name. */
    readonly source: string;
  };
  readonly worker: {
    /** Queues to subscribe to; undefined: all queues of the known tasks. */
    readonly queues: readonly string[] | undefined;
    /** Runs at once, a queue. */
    readonly concurrency: number;
    /** Milliseconds that running tasks may take to finish after SIGTERM. */
    readonly shutdownGraceMs: number;
  };
  readonly retention: {
    /** Milliseconds after their end for which runs that succeeded are kept; undefined: for ever. */
    readonly succeededMs: number | undefined;
    /** The same for those that failed or were cancelled. */
    readonly unsuccessfulMs: number | undefined;
    /** Milliseconds for which detection events are kept, by their own time; undefined: for ever. */
    readonly detectionsMs: number | undefined;
    /** The same for status reports, but for the latest of each vehicle. */
    readonly statusesMs: number | undefined;
  };
  readonly log: {
    readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
    /** Lines for people: `LOG_FORMAT`, by default when stdout is a terminal. */
    readonly pretty: boolean;
    /** Tokens and passwords of this configuration, which stand in no line. */
    readonly secrets: readonly string[];
  };
}
