import type { JobList, ListedRuns } from '../jobs/listed-runs.port.js';
import type { QueuePool } from './postgres-pool.js';

const UNLIST = `/* queue.unlist */
UPDATE job
SET data = jsonb_set(data, '{runs}', (
  SELECT coalesce(jsonb_agg(run), '[]') FROM jsonb_array_elements(data -> 'runs') AS run
  WHERE NOT (run ->> 0) || '-' || (run ->> 1) = ANY ($3::text[])
))
WHERE queue = $1 AND id = $2`;

/** The jobs themselves say what is asked for: in their data it can be searched. */
export class PostgresListedRuns implements ListedRuns {
  constructor(private readonly pool: QueuePool) {}

  async unlist(queue: string, { jobId, runs }: JobList): Promise<void> {
    const unlisted = runs.map(([runId, delivery]) => `${runId}-${delivery}`);
    await this.pool.query(UNLIST, [queue, jobId, unlisted]);
  }

  /** A job that has ended asks for nothing. */
  async end(): Promise<void> {}
}
