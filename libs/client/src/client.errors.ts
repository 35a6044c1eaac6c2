import type { components } from './api-document.js';

/** What the API answers instead, RFC 9457. */
export type Problem = components['schemas']['Problem'];

/** The API refused a request. Its message is the problem's `detail`; match on `code`. */
export class MillraceProblem extends Error {
  override readonly name = 'MillraceProblem';

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }

  get code(): string {
    return this.problem.code;
  }
}

/** No answer of the API arrived at all, or one that something between us made up. */
export class UnreachableError extends Error {
  readonly code = 'MR_API_UNREACHABLE';
  override readonly name = 'UnreachableError';

  constructor(what: string, cause?: unknown) {
    super(`The API did not answer: ${what}. Is it running?`, { cause });
  }
}
