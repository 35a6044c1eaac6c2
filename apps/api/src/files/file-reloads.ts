import { toNewRun, type TaskRegistry } from '@millrace/engine';
import { LOAD_TASKS, loadTaskOf } from '@millrace/ingest';
import { FileReloads, type Database } from '@millrace/postgres';

/** Starts runs that load files again, large ones each in a job of its own. */
export function fileReloads(database: Database, tasks: TaskRegistry): FileReloads {
  return new FileReloads(database, LOAD_TASKS, ({ id, size }) =>
    toNewRun(tasks, { taskId: loadTaskOf(size), input: { fileId: id, again: true }, trigger: 'api' }),
  );
}
