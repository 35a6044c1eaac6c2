import type { TaskLimits } from '@millrace/runs';

/** A task as it is published to API, page and SQL. */
export interface PublishedTask extends TaskLimits {
  readonly id: string;
  readonly description: string | undefined;
  readonly queue: string;
  /** JSON Schema (2020-12) of an input. */
  readonly inputSchema: object;
  readonly resultSchema: object;
  readonly maxAttempts: number;
  /** Changes when the task's code or schemas change. */
  readonly codeVersion: string;
}

/** The catalogue in the database, written by workers at boot. */
export interface TaskDefinitions {
  publish(tasks: readonly PublishedTask[]): Promise<void>;
}
