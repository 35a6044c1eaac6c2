import type { RunSummary } from '@millrace/contracts';
import type { RunFilter } from './run-filter.js';

/** By what the longest come first: since a worker first took them, or before that. */
export type LongestOrder = 'duration' | 'queueTime';

/** The place of a run in such a list. What all its pages are chosen from is named by the first of them. */
interface LongestPlace {
  /** Milliseconds that the run took, or was queued. */
  readonly ms: number;
  /** The newest run of those that are sorted. */
  readonly newest: string;
  /** When those that have not ended were measured, in milliseconds since 1970. */
  readonly asOf: number;
}

/** A page of a list of runs. */
export interface RunListing {
  readonly filter: RunFilter;
  /** By creation, or the longest first. @default newest */
  readonly sort?: 'newest' | 'oldest' | LongestOrder | undefined;
  /** Behind this one. @default from the first */
  readonly after?: RunPlace | undefined;
  readonly limit: number;
}

/** Where a run stands in a list: the next page begins behind it. */
export interface RunPlace {
  readonly id: string;
  /** Of a list with the longest first. */
  readonly longest?: LongestPlace | undefined;
}

export interface RunsFound {
  readonly runs: RunSummary[];
  /** Undefined on the last page. */
  readonly next: RunPlace | undefined;
  readonly window: RunWindow | undefined;
}

/** The runs that a page was chosen from, where not all were looked at that the filter takes. */
export interface RunWindow {
  readonly runs: number;
  readonly since: Date;
  readonly until: Date;
}
