import { inspect } from 'node:util';

/** Why a run or an attempt failed, as it is stored and shown. */
export interface RunError {
  /** Stable: `MR_...` for ours, the error's own `code` or name otherwise. */
  readonly code: string;
  readonly message: string;
  readonly stack?: string;
  /** JSON pointer of the value at fault, for schema errors. */
  readonly pointer?: string;
}

/** Of a run whose whole time was over. */
export const RUN_TIMED_OUT: RunError = {
  code: 'MR_RUN_TIMED_OUT',
  message: 'The time that the run had in all, waiting and queue time included, is over.',
};

/** Characters kept of a message or a stack. */
const LONGEST_TEXT = 16_384;

/** Any thrown value as a `RunError`, in text that PostgreSQL takes. Never throws, whatever was thrown. */
export function toRunError(thrown: unknown): RunError {
  try {
    return readError(thrown);
  } catch {
    return { code: 'MR_THROWN', message: 'What was thrown throws when it is looked at.' };
  }
}

function readError(thrown: unknown): RunError {
  if (!(thrown instanceof Error)) return { code: 'MR_THROWN', message: storableText(describe(thrown)) };
  const { code, pointer, stack } = thrown as { code?: unknown; pointer?: unknown; stack?: unknown };
  return {
    code: storableText(typeof code === 'string' ? code : String(thrown.name)),
    message: storableText(describe(thrown.message)),
    ...(typeof stack === 'string' ? { stack: storableText(stack) } : {}),
    ...(typeof pointer === 'string' ? { pointer: storableText(pointer) } : {}),
  };
}

/**
 * Text that PostgreSQL takes, at most 16,384 characters: NUL becomes the visible `\\u0000`, a lone surrogate U+FFFD.
 */
export function storableText(text: string): string {
  const short = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)} ...` : text;
  return short.toWellFormed().replaceAll('\u0000', '\\u0000');
}

function describe(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { depth: 3 });
}
