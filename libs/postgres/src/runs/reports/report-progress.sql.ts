/** Keeps what runs say of their progress: neither column is in an index, so the update stays HOT. */
export const REPORT_PROGRESS = `/* runs.report-progress */
WITH reporting AS (
  SELECT run.id, report.fraction, report.note
  FROM (
    SELECT * FROM unnest((SELECT $1::uuid[]), (SELECT $2::int[]), (SELECT $3::real[]), (SELECT $4::text[]))
      AS report (run_id, epoch, fraction, note)
    ORDER BY run_id
  ) AS report
  JOIN LATERAL (
    SELECT id FROM millrace.runs AS run
    WHERE run.id = report.run_id AND run.epoch = report.epoch AND run.state = 'running'
    FOR NO KEY UPDATE
  ) AS run ON run.id = report.run_id
)
UPDATE millrace.runs AS run
SET progress = fraction, progress_note = note
FROM reporting
WHERE run.id = reporting.id`;
