import type { Config } from './config.js';

/** A process needs a PostgreSQL, and nothing told which. */
export class DatabaseUrlMissingError extends Error {
  readonly code = 'MR_DATABASE_URL_MISSING';
  override readonly name = 'DatabaseUrlMissingError';
  constructor() {
    super('DATABASE_URL is not set: say which PostgreSQL to use. `npm start` brings its own and tells its processes.');
  }
}

/** The database's URL, for a process that standalone did not start. @throws DatabaseUrlMissingError */
export function requireDatabaseUrl({ database }: Config): string {
  if (database.url === undefined) throw new DatabaseUrlMissingError();
  return database.url;
}
