export const COPY_REPORTS =
  'COPY millrace.status_reports (vehicle_key, report_time, status, content_id) FROM STDIN (FORMAT binary)';

const stage = (name: string) => `/* status-reports.stage-${name} */
CREATE TEMP TABLE staged_${name} (
  vehicle_key bigint      NOT NULL,
  report_time timestamptz NOT NULL,
  status      text        COLLATE "C" NOT NULL,
  content_id  bigint      NOT NULL
) ON COMMIT DROP`;

const copyStaged = (name: string) =>
  `COPY pg_temp.staged_${name} (vehicle_key, report_time, status, content_id) FROM STDIN (FORMAT binary)`;

export const CREATE_STAGED_LATEST = stage('latest');
export const COPY_STAGED_LATEST = copyStaged('latest');
export const CREATE_STAGED_REPORTS = stage('reports');
export const COPY_STAGED_REPORTS = copyStaged('reports');

/** Another batch may need it again. */
export const DROP_STAGED_REPORTS = '/* status-reports.drop-staged */ DROP TABLE pg_temp.staged_reports';

/** In key order, so that two files do not deadlock; of equal reports the first file's. */
export const ADD_MISSING_REPORTS = `/* status-reports.add-missing */
WITH added AS (
  INSERT INTO millrace.status_reports (vehicle_key, report_time, status, content_id)
  SELECT DISTINCT ON (vehicle_key, report_time, status) vehicle_key, report_time, status, content_id
  FROM pg_temp.staged_reports
  ORDER BY vehicle_key, report_time, status, content_id
  ON CONFLICT DO NOTHING
  RETURNING content_id
)
SELECT content_id::text AS "contentId", count(*)::int AS loaded FROM added GROUP BY content_id`;

/** Of the shape of the history, so that PostgreSQL refuses here what it refuses there. */
export const CREATE_MISSING_REPORTS = `/* status-reports.create-missing */
CREATE TEMP TABLE missing_reports (LIKE millrace.status_reports INCLUDING CONSTRAINTS INCLUDING INDEXES) ON COMMIT DROP`;

export const COPY_MISSING_REPORTS = `/* status-reports.copy-missing */
INSERT INTO pg_temp.missing_reports (vehicle_key, report_time, status, content_id)
SELECT DISTINCT ON (vehicle_key, report_time, status) vehicle_key, report_time, status, content_id
FROM pg_temp.staged_reports AS staged
WHERE NOT EXISTS (
  SELECT FROM millrace.status_reports AS there
  WHERE there.vehicle_key = staged.vehicle_key AND there.report_time = staged.report_time AND there.status = staged.status
  -- Keeps it a look-up for each.
  OFFSET 0
)`;

/**
 * Merges in vehicle order, so that two files do not deadlock. The order of reports is (time, status): an older report
 * never replaces a newer one, and two of one time end the same whichever file comes first. Equal ones are the first file's, as in
 * the history.
 */
export const MERGE_LATEST = `/* latest-statuses.merge */
INSERT INTO millrace.latest_statuses AS latest (vehicle_key, report_time, status, content_id)
SELECT DISTINCT ON (vehicle_key) vehicle_key, report_time, status, content_id
FROM pg_temp.staged_latest
ORDER BY vehicle_key, report_time DESC, status DESC, content_id
ON CONFLICT (vehicle_key) DO UPDATE
SET report_time = excluded.report_time, status = excluded.status, content_id = excluded.content_id
WHERE (excluded.report_time, excluded.status) > (latest.report_time, latest.status)`;

/** No index leads by content or time, which would cost every load: the hours say in which partitions its reports are. */
export const DELETE_REPORTS = `/* status-reports.delete */
DELETE FROM millrace.status_reports
WHERE content_id = $1
  AND report_time >= (SELECT coalesce(first_hour, '-infinity') FROM millrace.contents WHERE id = $1)
  AND report_time < (SELECT coalesce(last_hour + interval '1 hour', 'infinity') FROM millrace.contents WHERE id = $1)`;

/**
 * The newest report that is left becomes the latest again. In vehicle order, as the merge goes; a vehicle that a newer
 * report took meanwhile is passed over, because its row no longer names this content once the lock is had.
 */
export const RESTORE_LATEST = `/* latest-statuses.restore */
WITH affected AS (
  SELECT vehicle_key FROM millrace.latest_statuses WHERE content_id = $1 ORDER BY vehicle_key FOR UPDATE
), newest AS (
  SELECT affected.vehicle_key, report.report_time, report.status, report.content_id
  FROM affected
  LEFT JOIN LATERAL (
    SELECT report_time, status, content_id FROM millrace.status_reports AS kept
    WHERE kept.vehicle_key = affected.vehicle_key
    ORDER BY report_time DESC, status DESC
    LIMIT 1
  ) AS report ON true
), restored AS (
  UPDATE millrace.latest_statuses AS latest
  SET report_time = newest.report_time, status = newest.status, content_id = newest.content_id
  FROM newest
  WHERE latest.vehicle_key = newest.vehicle_key AND newest.status IS NOT NULL
  RETURNING latest.vehicle_key
), forgotten AS (
  DELETE FROM millrace.latest_statuses AS latest
  USING newest
  WHERE latest.vehicle_key = newest.vehicle_key AND newest.status IS NULL
  RETURNING latest.vehicle_key
)
SELECT (SELECT count(*) FROM restored)::int AS restored, (SELECT count(*) FROM forgotten)::int AS forgotten`;
