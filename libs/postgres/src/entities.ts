import { RunEntity } from './run-queries/run.entity.js';

/** What TypeORM reads and writes row by row. */
export const ENTITIES = [RunEntity];
