import type { RunDelivery } from '@millrace/contracts';

/** What a job asks for that names several runs. */
export interface JobList {
  readonly jobId: string;
  readonly runs: readonly RunDelivery[];
}

/** Which deliveries without a job of their own are asked for by a list, so that one that is lost is found to be missing. */
export interface ListedRuns {
  /** These are not asked for by their list any more, though it goes on. */
  unlist(queue: string, list: JobList): Promise<void>;

  /** A list comes to its end, with these left in it. */
  end(queue: string, list: JobList): Promise<void>;
}
