import type { Problem, ProblemIssue } from '@millrace/contracts';
import type { ProblemCode } from './problem-catalogue.js';

/** A request the API itself refuses; answered as RFC 9457 by the status of its code. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly issues: readonly ProblemIssue[] | undefined;
  readonly nearest: string | undefined;
  readonly checks: Problem['checks'];

  constructor(
    readonly code: ProblemCode,
    /** What happened this time, and what to do. */
    detail: string,
    members: { issues?: readonly ProblemIssue[]; nearest?: string; checks?: NonNullable<Problem['checks']> } = {},
  ) {
    super(detail);
    this.issues = members.issues;
    this.nearest = members.nearest;
    this.checks = members.checks;
  }
}
