import type { RunEnd } from '@millrace/runs';
import type { Completion } from '@millrace/sdk';

/** The end of a run by its ticket (R14). */
export function toEnd({ runId, epoch, result }: Completion): RunEnd {
  return { runId, epoch, status: 'succeeded', result: JSON.stringify(result) };
}
