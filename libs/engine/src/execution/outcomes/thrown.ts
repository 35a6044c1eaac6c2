import { toMilliseconds } from '@millrace/sdk';

/** The code of what was thrown, if it has one. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** Whether what was thrown says of itself that another attempt cannot mend it. */
export function isMarkedFatal(thrown: unknown): boolean {
  return thrown instanceof Error && 'fatal' in thrown && thrown.fatal === true;
}

/** Milliseconds for which what was thrown asks to be snoozed; undefined: it does not, or not for a time that there is. */
export function snoozeOf(thrown: unknown): number | undefined {
  if (codeOf(thrown) !== 'MR_SNOOZE') return undefined;
  const { afterMs } = thrown as { readonly afterMs?: unknown };
  try {
    return typeof afterMs === 'number' ? toMilliseconds(afterMs) : undefined;
  } catch {
    return undefined;
  }
}
