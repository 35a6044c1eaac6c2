import type { JobRecords } from '../jobs/job-records.js';
import type { QueuePool } from './postgres-pool.js';

const RUN_ID_LENGTH = 36;

const FIND_UNFINISHED = `/* queue.find-unfinished */
SELECT id FROM job WHERE queue = $1 AND id = ANY ($2::text[]) AND state NOT IN ('completed', 'failed')`;

const FIND_LISTED = `/* queue.find-listed */
SELECT wanted.id
FROM job AS list
CROSS JOIN LATERAL jsonb_array_elements(list.data -> 'runs') AS run
JOIN unnest($2::text[]) AS wanted (id) ON wanted.id = (run ->> 0) || '-' || (run ->> 1)
WHERE list.queue = $1 AND list.state NOT IN ('completed', 'failed') AND list.id LIKE 'list-%'
  -- The ids of runs grow with time, and those of a list are near to each other: few lists are looked into.
  AND substr(list.id, 6, 36) COLLATE "C" <= $4 AND substr(list.id, 43, 36) COLLATE "C" >= $3`;

const READ_SENTINELS = `/* queue.read-sentinels */
SELECT queue, split_part(value, ' ', 1) AS value
FROM meta
WHERE queue = ANY ($1::text[]) AND field = 'millrace-sentinel'
  AND split_part(value, ' ', 2) = pg_relation_filenode('job')::text`;

const SET_SENTINELS = `/* queue.set-sentinels */
INSERT INTO meta (queue, field, value)
SELECT queue, 'millrace-sentinel', $2 || ' ' || pg_relation_filenode('job') FROM unnest($1::text[]) AS named (queue)
ON CONFLICT (queue, field) DO UPDATE SET value = excluded.value`;

/**
 * In BullMQ's tables. A sentinel stands among the queue's settings, which a TRUNCATE of its jobs leaves alone: so it
 * names the file of the job table, and every TRUNCATE, drop or restore of that table makes a new file.
 */
export class PostgresJobRecords implements JobRecords {
  constructor(private readonly pool: QueuePool) {}

  /** A delivery without a job of its own may be in a list. */
  async unfinished(queue: string, jobIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.pool.query<{ id: string }>(FIND_UNFINISHED, [queue, jobIds]);
    const unfinished = new Set(rows.map(({ id }) => id));
    const others = jobIds.filter((id) => !unfinished.has(id)).sort();
    if (others.length === 0) return unfinished;
    const [least, greatest] = [others[0] ?? '', others.at(-1) ?? ''].map((id) => id.slice(0, RUN_ID_LENGTH));
    const { rows: listed } = await this.pool.query<{ id: string }>(FIND_LISTED, [queue, others, least, greatest]);
    for (const { id } of listed) unfinished.add(id);
    return unfinished;
  }

  async sentinels(queues: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.pool.query<{ queue: string; value: string }>(READ_SENTINELS, [queues]);
    return new Map(rows.map(({ queue, value }) => [queue, value]));
  }

  async setSentinels(queues: readonly string[], value: string): Promise<void> {
    await this.pool.query(SET_SENTINELS, [queues, value]);
  }
}
