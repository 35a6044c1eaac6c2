import { LISTED_MESSAGE } from '@millrace/contracts';

/** The columns of a `RunEntity` but for its error, under its names, of a table or alias called `run`. */
export const RUN_COLUMNS = `
  run.id, run.task_id AS "taskId", run.queue, run.state, run.trigger, run.priority, run.attempt,
  run.max_attempts AS "maxAttempts", run.parent_id AS "parentId", run.root_id AS "rootId",
  run.created_at AS "createdAt", run.due_at AS "dueAt", run.started_at AS "startedAt", run.finished_at AS "finishedAt", run.tags`;

/** The same with as much of the error as lists show: a stack may be 16 KiB. */
export const LISTED_COLUMNS = `
  ${RUN_COLUMNS},
  CASE WHEN run.error IS NOT NULL THEN
    json_build_object('code', run.error ->> 'code', 'message', left(run.error ->> 'message', ${LISTED_MESSAGE}))
  END AS error`;
