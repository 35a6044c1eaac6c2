import type { Config } from '@millrace/config';
import type { RunHints, TaskRegistry } from '@millrace/engine';
import type { FeedRegistry } from '@millrace/ingest';
import type { Database } from '@millrace/postgres';
import type { Logger, Metrics } from '@millrace/telemetry';

/** What the API is built on, made at boot before it. */
export interface ApiParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly database: Database;
  /** Closed by whoever made it. */
  readonly hints: RunHints;
  readonly tasks: TaskRegistry;
  readonly feeds: FeedRegistry;
}

/** Injects the `Config`. */
export const CONFIG = Symbol('Config');
/** Injects the `Logger`. */
export const LOGGER = Symbol('Logger');
