import { toNewRun, type TaskRegistry } from '@millrace/engine';
import { ALONE_BYTES } from '@millrace/ingest';
import { FileReloads, type Database } from '@millrace/postgres';

const [SMALL, LARGE] = ['load-file', 'load-large-file'] as const;

/** Starts runs that load files again, large ones each in a job of its own. */
export function fileReloads(database: Database, tasks: TaskRegistry): FileReloads {
  return new FileReloads(database, [SMALL, LARGE], ({ id, size }) =>
    toNewRun(tasks, {
      taskId: size < ALONE_BYTES ? SMALL : LARGE,
      input: { fileId: id, again: true },
      trigger: 'api',
    }),
  );
}
