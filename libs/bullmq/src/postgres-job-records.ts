import type { JobRecords } from './job-records.js';
import type { QueuePool } from './postgres-pool.js';

const FIND_UNFINISHED = `/* queue.find-unfinished */
SELECT id FROM job WHERE queue = $1 AND id = ANY ($2::text[]) AND state NOT IN ('completed', 'failed')`;

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

  async unfinished(queue: string, jobIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.pool.query<{ id: string }>(FIND_UNFINISHED, [queue, jobIds]);
    return new Set(rows.map(({ id }) => id));
  }

  async sentinels(queues: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.pool.query<{ queue: string; value: string }>(READ_SENTINELS, [queues]);
    return new Map(rows.map(({ queue, value }) => [queue, value]));
  }

  async setSentinels(queues: readonly string[], value: string): Promise<void> {
    await this.pool.query(SET_SENTINELS, [queues, value]);
  }
}
