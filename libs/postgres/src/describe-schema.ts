import type { SqlExecutor } from './database.js';
import { DESCRIBE_SCHEMA } from './describe-schema.sql.js';

/** The tables, indexes, views and functions of these schemas as SQL text, in a fixed order. */
export async function describeSchema(executor: SqlExecutor, schemas: readonly string[]): Promise<string> {
  const { rows } = await executor.query<{ statement: string }>(DESCRIBE_SCHEMA, [schemas]);
  return rows.map(({ statement }) => `${statement}\n`).join('\n');
}
