import type { RunDelivery } from '@millrace/contracts';

/** What a job asks for that names several runs. */
export interface JobList {
  readonly jobId: string;
  readonly runs: readonly RunDelivery[];
}

/**
 * Where the deliveries stand that have no job of their own, so that a job can be found by each of its runs. Present where
 * jobs cannot be searched: on Redis.
 */
export interface ListedRuns {
  /** To be called before the jobs are added: a job that is not there is found to be missing. */
  list(queue: string, lists: readonly JobList[]): Promise<void>;

  /** These are not asked for by a list any more. */
  unlist(queue: string, runs: readonly RunDelivery[]): Promise<void>;
}
