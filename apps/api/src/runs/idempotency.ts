import { createHash } from 'node:crypto';
import type { IdempotencyClaim } from '@millrace/runs';
import { ProblemError } from '../problems/problem.errors.js';

/** The header, as OpenAPI describes it. */
export const IDEMPOTENCY_KEY = { name: 'Idempotency-Key', required: false } as const;

/** 1 to 255 printable ASCII characters. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * What an `Idempotency-Key` header binds this request to; undefined without one. Bodies that differ in spaces or in the
 * order of the outer fields alone are the same request; `body` is null for one without.
 * @throws ProblemError MR_IDEMPOTENCY_KEY_INVALID
 */
export function toIdempotencyClaim(key: string | undefined, body: unknown): IdempotencyClaim | undefined {
  if (key === undefined) return undefined;
  if (!KEY.test(key)) {
    throw new ProblemError(
      'MR_IDEMPOTENCY_KEY_INVALID',
      'An Idempotency-Key is 1 to 255 printable ASCII characters without spaces: a UUID, say, made anew for each request.',
    );
  }
  return {
    key,
    bodyHash: createHash('sha256')
      .update(JSON.stringify(body ?? null))
      .digest('hex'),
  };
}
