import type { Completion } from '../task-context.js';

/** The ticket that `ctx.completion` gives in a test. */
export class TestCompletion implements Completion {
  constructor(
    readonly runId: string,
    readonly epoch: number,
    readonly result: unknown,
  ) {}
}

/** Ids that are the same in every run of the test. */
export function toRunId(n: number): string {
  return `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

/** What was thrown, as an error. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error(`Thrown was ${String(thrown)}, which is no error.`, { cause: thrown });
}
