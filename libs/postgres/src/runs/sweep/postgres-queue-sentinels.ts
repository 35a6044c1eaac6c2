import type { Delivery, ExpectedSentinel, QueueSentinels } from '@millrace/runs';
import type { Database } from '../../database.js';
import { type DeliveryRow, toDelivery } from '../delivery-row.js';
import {
  FIND_QUEUED,
  QUEUES_RESTORED,
  READ_SENTINELS,
  RENEW_SENTINELS,
  RESTORE_QUEUES,
} from './queue-sentinels.sql.js';

interface SentinelRow {
  readonly queue: string;
  readonly value: string | null;
  readonly settled: boolean;
  readonly old: boolean;
}

export class PostgresQueueSentinels implements QueueSentinels {
  constructor(private readonly database: Database) {}

  async expected(): Promise<readonly ExpectedSentinel[]> {
    const { rows } = await this.database.query<SentinelRow>(READ_SENTINELS);
    return rows.map((row) => ({ ...row, value: row.value ?? undefined }));
  }

  async renew(queues: readonly string[], value: string): Promise<readonly string[]> {
    return this.#queues(RENEW_SENTINELS, [queues, value]);
  }

  async restore(queues: readonly string[], value: string, forMs: number): Promise<readonly string[]> {
    return this.#queues(RESTORE_QUEUES, [queues, value, forMs]);
  }

  async restored(value: string): Promise<void> {
    await this.database.query(QUEUES_RESTORED, [value]);
  }

  async queuedRuns(queues: readonly string[], after: string | undefined, limit: number): Promise<readonly Delivery[]> {
    const { rows } = await this.database.query<DeliveryRow>(FIND_QUEUED, [queues, after ?? null, limit]);
    return rows.map(toDelivery);
  }

  async #queues(statement: string, params: readonly unknown[]): Promise<readonly string[]> {
    const { rows } = await this.database.query<{ queue: string }>(statement, params);
    return rows.map(({ queue }) => queue);
  }
}
