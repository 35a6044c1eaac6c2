/** The columns of a `RunEntity`, under its names, of a table or alias called `run`. */
export const RUN_COLUMNS = `
  run.id, run.task_id AS "taskId", run.queue, run.state, run.trigger, run.priority, run.attempt,
  run.max_attempts AS "maxAttempts", run.parent_id AS "parentId", run.root_id AS "rootId",
  run.created_at AS "createdAt", run.due_at AS "dueAt", run.started_at AS "startedAt", run.finished_at AS "finishedAt", run.tags,
  run.error`;
