import type { PublishedTask, TaskDefinitions } from '@millrace/engine';
import type { Database } from '../../database.js';
import { PUBLISH_TASKS } from './publish-tasks.sql.js';

export class PostgresTaskDefinitions implements TaskDefinitions {
  constructor(private readonly database: Database) {}

  async publish(tasks: readonly PublishedTask[]): Promise<void> {
    // In id order, so that workers that boot together do not deadlock.
    const ordered = tasks.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    await this.database.query(PUBLISH_TASKS, [
      ordered.map(({ id }) => id),
      ordered.map(({ description }) => description ?? null),
      ordered.map(({ queue }) => queue),
      ordered.map(({ inputSchema }) => JSON.stringify(inputSchema)),
      ordered.map(({ resultSchema }) => JSON.stringify(resultSchema)),
      ordered.map(({ maxAttempts }) => maxAttempts),
      ordered.map(({ codeVersion }) => codeVersion),
      ordered.map(({ concurrencyLimit }) => concurrencyLimit ?? null),
      ordered.map(({ rateLimit }) => rateLimit?.max ?? null),
      ordered.map(({ rateLimit }) => rateLimit?.perMs ?? null),
    ]);
  }
}
