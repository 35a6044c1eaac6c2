import type { Evidence } from '../evidence.js';

/** What is wrong, and the runs whose trail shows it. */
export interface Violation {
  readonly message: string;
  readonly runs: readonly string[];
}

/** A promise of design section 8, and how it is judged. */
export interface Invariant {
  readonly promise: string;
  readonly check: (evidence: Evidence) => Violation[];
}
