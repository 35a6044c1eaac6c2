import type { RunAccepted } from '@millrace/contracts';

/** The answer to a run taken on, made now or under the same idempotency key before. */
export function toRunAccepted(
  id: string,
  { task, state }: Pick<RunAccepted, 'task' | 'state'>,
  existing: boolean,
): RunAccepted {
  return { id, task, state, existing, links: { self: `/runs/${id}`, children: `/runs?parent=${id}` } };
}
