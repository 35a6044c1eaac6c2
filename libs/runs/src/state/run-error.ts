import { inspect } from 'node:util';

/** Why a run or an attempt failed, as it is stored and shown. */
export interface RunError {
  /** Stable: `MR_...` for ours, the error's own `code` or name otherwise. */
  readonly code: string;
  readonly message: string;
  /** With those of its causes, and of the errors that an `AggregateError` holds. */
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
/** Causes shown below one another, and errors of one `AggregateError`. */
const MOST_CAUSES = 5;

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
    message: storableText(messageOf(thrown)),
    ...(typeof stack === 'string' ? { stack: storableText(stackOf(thrown, MOST_CAUSES)) } : {}),
    ...(typeof pointer === 'string' ? { pointer: storableText(pointer) } : {}),
  };
}

/** Of an `AggregateError` without a message of its own, as a refused connection is, those of its errors. */
function messageOf(error: Error): string {
  const { message } = error;
  if (message !== '' || !(error instanceof AggregateError)) return describe(message);
  return error.errors.slice(0, MOST_CAUSES).map(describeThrown).join('; ');
}

/** A stack with those of its causes: `fetch failed` says nothing of why. As Node prints them, without other fields. */
function stackOf(error: { readonly stack?: unknown }, deepest: number): string {
  const { cause, stack } = error as { readonly cause?: unknown; readonly stack: string };
  if (deepest === 0) return stack;
  const held = error instanceof AggregateError ? error.errors.slice(0, MOST_CAUSES) : [];
  const below = [
    ...(cause === undefined || cause === null ? [] : [`[cause]: ${causeOf(cause, deepest - 1)}`]),
    ...held.map((one, index) => `[errors ${index}]: ${causeOf(one, deepest - 1)}`),
  ];
  return [stack, ...below.map((text) => text.replaceAll(/^/gm, '    '))].join('\n');
}

function causeOf(cause: unknown, deepest: number): string {
  const hasStack = typeof cause === 'object' && cause !== null && 'stack' in cause && typeof cause.stack === 'string';
  return hasStack ? stackOf(cause, deepest) : describeThrown(cause);
}

/** The failure of a child is the cause of its parent's as it is stored: without a class. */
function describeThrown(thrown: unknown): string {
  const hasMessage = typeof thrown === 'object' && thrown !== null && 'message' in thrown;
  return describe(hasMessage ? thrown.message : thrown);
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
