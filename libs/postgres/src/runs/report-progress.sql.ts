/** Keeps what runs say of their progress: neither column is in an index, so the update stays HOT. */
export const REPORT_PROGRESS = `/* runs.report-progress */
WITH reporting AS (
  SELECT run.id, report.fraction, report.note
  FROM unnest($1::uuid[], $2::int[], $3::real[], $4::text[]) AS report (run_id, epoch, fraction, note)
  JOIN millrace.runs AS run ON run.id = report.run_id AND run.epoch = report.epoch
  WHERE run.state = 'running'
  ORDER BY run.id
  FOR NO KEY UPDATE OF run
)
UPDATE millrace.runs AS run
SET progress = fraction, progress_note = note
FROM reporting
WHERE run.id = reporting.id`;
