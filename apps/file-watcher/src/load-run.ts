import { newRunId, type NewRun } from '@millrace/runs';
import { DEFAULT_QUEUE, DEFAULT_RETRY } from '@millrace/sdk';
import { loadFile } from '@millrace/tasks';

/** The queue of the runs that load files. */
export const LOAD_QUEUE = loadFile.definition.queue ?? DEFAULT_QUEUE;

/** The run that loads the file of an arrival. */
export function newLoadRun(arrivalId: string): NewRun {
  return {
    id: newRunId(),
    taskId: loadFile.id,
    queue: LOAD_QUEUE,
    input: JSON.stringify({ fileId: arrivalId }),
    trigger: 'file',
    priority: 0,
    maxAttempts: loadFile.definition.retry?.maxAttempts ?? DEFAULT_RETRY.maxAttempts,
  };
}
