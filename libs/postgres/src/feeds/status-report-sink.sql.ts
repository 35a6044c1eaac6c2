export const CREATE_STAGED_REPORTS = `/* status-reports.stage */
CREATE TEMP TABLE staged_reports (
  vehicle_key bigint      NOT NULL,
  report_time timestamptz NOT NULL,
  status      text        COLLATE "C" NOT NULL,
  content_id  bigint      NOT NULL
) ON COMMIT DROP`;

export const COPY_STAGED_REPORTS =
  'COPY pg_temp.staged_reports (vehicle_key, report_time, status, content_id) FROM STDIN';

/** In key order, so that two files do not deadlock. */
export const ADD_REPORTS = `/* status-reports.add */
INSERT INTO millrace.status_reports (vehicle_key, report_time, status, content_id)
SELECT DISTINCT vehicle_key, report_time, status, content_id
FROM pg_temp.staged_reports
ORDER BY vehicle_key, report_time, status
ON CONFLICT DO NOTHING`;

/**
 * Merges in vehicle order, so that two files do not deadlock. The order of reports is (time, status): an older report
 * never replaces a newer one, and two of one time end the same whichever file comes first.
 */
export const MERGE_LATEST = `/* latest-statuses.merge */
INSERT INTO millrace.latest_statuses AS latest (vehicle_key, report_time, status, content_id)
SELECT DISTINCT ON (vehicle_key) vehicle_key, report_time, status, content_id
FROM pg_temp.staged_reports
ORDER BY vehicle_key, report_time DESC, status DESC
ON CONFLICT (vehicle_key) DO UPDATE
SET report_time = excluded.report_time, status = excluded.status, content_id = excluded.content_id
WHERE (excluded.report_time, excluded.status) > (latest.report_time, latest.status)`;
