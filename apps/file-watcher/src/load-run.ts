import { loadTaskOf, type FileIdentity } from '@millrace/ingest';
import { newRunId, type NewRun } from '@millrace/runs';
import { DEFAULT_QUEUE, DEFAULT_RETRY } from '@millrace/sdk';
import { loadFile, loadLargeFile } from '@millrace/tasks';

/** The queue of the runs that load files. */
export const LOAD_QUEUE = loadFile.definition.queue ?? DEFAULT_QUEUE;

/** The run that loads the file of an arrival. */
export function newLoadRun(arrivalId: string, { size }: FileIdentity): NewRun {
  const task = { 'load-file': loadFile, 'load-large-file': loadLargeFile }[loadTaskOf(size)];
  return {
    id: newRunId(),
    taskId: task.id,
    queue: LOAD_QUEUE,
    input: JSON.stringify({ fileId: arrivalId }),
    trigger: 'file',
    priority: 0,
    maxAttempts: task.definition.retry?.maxAttempts ?? DEFAULT_RETRY.maxAttempts,
  };
}

/** Runs that a worker loads together, by task: their deliveries go in lists. */
export const LOAD_BATCHES: ReadonlyMap<string, number> = new Map(
  [loadFile, loadLargeFile].flatMap(({ id, definition }) =>
    definition.batch === undefined ? [] : [[id, definition.batch.max]],
  ),
);
