import type { FileReason } from '@millrace/contracts';

/** A row of `END_FAILED`: one arrival that was looked at. */
export interface FailedRow {
  readonly id: string;
  readonly feed: string;
  readonly name: string;
  readonly runId: string;
  /** null while its run goes on. */
  readonly reason: FileReason | null;
}

/**
 * Ends open arrivals whose run has ended and left them open: it failed for good, was cancelled, or was deleted by its age. A run that
 * succeeds ends its file in the same commit. Gives all that were looked at, in the order of their ids.
 */
export const END_FAILED = `/* arrivals.end-failed */
WITH looked AS (
  SELECT arrival.id, arrival.feed, arrival.path, arrival.run_id, run.error, run.finished_at,
    run.id IS NULL OR run.state IN ('failed', 'cancelled') AS is_over
  FROM (
    SELECT id, feed, path, run_id FROM millrace.arrivals WHERE state = 'arrived' AND id > $1 ORDER BY id LIMIT $2
  ) AS arrival
  LEFT JOIN millrace.runs AS run ON run.id = arrival.run_id
), over AS (
  SELECT id FROM millrace.arrivals
  WHERE id IN (SELECT id FROM looked WHERE is_over) AND state = 'arrived'
  -- Another run of the same file may be loading it, and holds it until its commit.
  FOR UPDATE SKIP LOCKED
), ended AS (
  UPDATE millrace.arrivals AS arrival
  SET
    state = 'failed',
    ended_at = coalesce(looked.finished_at, clock_timestamp()),
    reason = CASE WHEN looked.error IS NULL
      THEN '{"code": "MR_RUN_UNKNOWN", "message": "The run that was to load it ended without it, and is kept no longer."}'::json
      ELSE json_build_object('code', looked.error->'code', 'message', looked.error->'message')
    END
  FROM over JOIN looked USING (id)
  WHERE arrival.id = over.id AND arrival.run_id = looked.run_id
  RETURNING arrival.id, arrival.reason
)
SELECT looked.id, looked.feed, looked.path AS name, looked.run_id AS "runId", ended.reason
FROM looked
LEFT JOIN ended ON ended.id = looked.id
ORDER BY looked.id`;
