import type { IdempotencyClaim, Once } from '@millrace/runs';
import type { Transaction } from '../../database.js';
import { ANSWER_KEY, READ_KEY, TAKE_KEY } from './once-by-key.sql.js';

interface KeyRow {
  readonly body_hash: string;
  readonly answer: unknown;
}

/**
 * Does the work of a request once for its idempotency key, in the caller's transaction: key, effect and answer commit
 * together, and the same key and body are answered alike for 7 days. What the work throws leaves the key free.
 *
 * Call it before anything else of the transaction: keys are locked before run rows.
 *
 * @param scope what the key belongs to: `cancel <run id>`, say; two words, so that it is never a task's id
 * @param work gives the answer, which must be JSON
 */
export async function onceByKey<Answer>(
  transaction: Transaction,
  scope: string,
  claim: IdempotencyClaim | undefined,
  work: () => Promise<Answer>,
): Promise<Once<Answer>> {
  if (claim === undefined) return { status: 'done', answer: await work() };
  const { key, bodyHash } = claim;
  const { rowCount } = await transaction.query(TAKE_KEY, [scope, key, bodyHash]);
  if (rowCount === 0) {
    const { rows } = await transaction.query<KeyRow>(READ_KEY, [scope, key]);
    const [held] = rows;
    const answer = (held?.answer ?? undefined) as Answer | undefined;
    const isSame = held?.body_hash === bodyHash && answer !== undefined;
    return isSame ? { status: 'repeated', answer } : { status: 'key-conflict', answer };
  }
  const answer = await work();
  await transaction.query(ANSWER_KEY, [scope, key, JSON.stringify(answer)]);
  return { status: 'done', answer };
}
