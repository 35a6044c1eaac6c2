import type { CreateRun } from '@millrace/contracts';
import type { StartRequest } from '@millrace/engine';
import { toIdempotencyClaim } from './idempotency.js';

/** What `POST /runs` asks the engine for. @throws ProblemError MR_IDEMPOTENCY_KEY_INVALID */
export function toStartRequest(body: CreateRun, idempotencyKey: string | undefined): StartRequest {
  const idempotency = toIdempotencyClaim(idempotencyKey, body);
  return {
    taskId: body.task,
    input: body.input,
    trigger: 'api',
    priority: body.priority,
    ...(body.notBefore === undefined ? {} : { dueAt: new Date(body.notBefore) }),
    ...(idempotency === undefined ? {} : { idempotency }),
  };
}
