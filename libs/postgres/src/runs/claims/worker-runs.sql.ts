/**
 * A page of the unfinished runs: those of one worker, and the last one if the page is full. Bounded by what it looks at, not by
 * what it finds: no index names a run's worker, so that a claim is a heap-only update.
 */
export const FIND_RUNNING_ON = `/* runs.find-running-on */
SELECT id, epoch, runs_here, n = $3 AS is_last
FROM (
  SELECT id, epoch, state = 'running' AND worker_id = $1 AS runs_here, row_number() OVER (ORDER BY id) AS n
  FROM (
    SELECT id, epoch, state, worker_id
    FROM millrace.runs
    WHERE finished_at IS NULL AND id > $2
    ORDER BY id
    LIMIT $3
  ) AS page
) AS run
WHERE runs_here OR n = $3
ORDER BY id`;
