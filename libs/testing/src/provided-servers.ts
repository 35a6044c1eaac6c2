declare module 'vitest' {
  /** What the global setup of the project `db` hands to its specs. */
  interface ProvidedContext {
    /** Superuser's URL of the throw-away PostgreSQL. */
    postgresUrl: string;
    /** Name of its migrated template database. */
    templateDatabase: string;
    /** Null: no Redis here. */
    redisUrl: string | null;
  }
}

export {};
