/**
 * Why runs are cancelled: somebody asked; another child of the same `map` failed; the run that awaited them has ended.
 */
export type CancelCause = 'request' | 'sibling-failed' | 'parent-ended';

/** What a cancelled run says of itself; `%s` is the run that bears the mark. */
export const CANCEL_MESSAGES: Readonly<Record<CancelCause, string>> = {
  request: 'Run %s was cancelled by request, and all below it.',
  'sibling-failed': 'Another child of the same map of run %s failed.',
  'parent-ended': 'Run %s, which awaited this one, has ended.',
};
