import type { CreateRun } from '@millrace/contracts';
import type { RunRequest, StartRequest } from '@millrace/engine';
import type { Deduplication } from '@millrace/runs';
import { type Duration, toMilliseconds } from '@millrace/sdk';
import { toIdempotencyClaim } from './idempotency.js';

/** What `POST /runs` asks the engine for. @throws ProblemError MR_IDEMPOTENCY_KEY_INVALID */
export function toStartRequest(body: CreateRun, idempotencyKey: string | undefined): StartRequest {
  const idempotency = toIdempotencyClaim(idempotencyKey, body);
  return { ...toRunRequest(body), ...(idempotency === undefined ? {} : { idempotency }) };
}

/** One run as a body asks for it. */
export function toRunRequest({ task, input, priority, notBefore, deduplication, tags }: CreateRun): RunRequest {
  return {
    taskId: task,
    input,
    trigger: 'api',
    priority,
    ...(notBefore === undefined ? {} : { dueAt: new Date(notBefore) }),
    ...(tags === undefined ? {} : { tags }),
    ...(deduplication === undefined ? {} : { deduplication: toDeduplication(deduplication) }),
  };
}

function toDeduplication({ key, ttl }: NonNullable<CreateRun['deduplication']>): Deduplication {
  return { key, ...(ttl === undefined ? {} : { ttlMs: toMilliseconds(ttl as Duration) }) };
}
