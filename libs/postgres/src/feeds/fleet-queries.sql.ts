/** Every time as text: RFC 3339 with microseconds, which a JavaScript Date would drop. */
const TEXT_OF_TIME = (time: string) => `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Status reports have no index by time: one probe a vehicle. */
export const VEHICLES_SEEN = `/* fleet.vehicles-seen */
WITH detecting AS (
  SELECT DISTINCT vehicle_key FROM millrace.detection_events WHERE detection_time >= $1 AND detection_time < $2
)
SELECT vehicle.vehicle_id
FROM millrace.vehicles AS vehicle
WHERE vehicle.key IN (SELECT vehicle_key FROM detecting)
  OR EXISTS (
    SELECT FROM millrace.status_reports AS report
    WHERE report.vehicle_key = vehicle.key AND report.report_time >= $1 AND report.report_time < $2
  )
ORDER BY vehicle.vehicle_id COLLATE "C"`;

export const SUMMARIZE_VEHICLE = `/* fleet.summarize-vehicle */
WITH vehicle AS (
  SELECT key FROM millrace.vehicles WHERE vehicle_id = $1::text
), events AS (
  SELECT event.detection_time, event.types, event."values"
  FROM millrace.detection_events AS event
  WHERE event.vehicle_key = (SELECT key FROM vehicle) AND event.detection_time >= $2 AND event.detection_time < $3
), seen AS (
  SELECT detection_time AS at FROM events
  UNION ALL
  SELECT report_time FROM millrace.status_reports
  WHERE vehicle_key = (SELECT key FROM vehicle) AND report_time >= $2 AND report_time < $3
), by_type AS (
  SELECT type.name, count(*) AS count, sum(detection.value) AS sum
  FROM events
  CROSS JOIN LATERAL unnest(events.types, events."values") AS detection (type, value)
  JOIN millrace.object_types AS type ON type.key = detection.type
  GROUP BY type.name
), latest AS (
  SELECT status, report_time FROM millrace.latest_statuses WHERE vehicle_key = (SELECT key FROM vehicle)
)
SELECT
  $1::text AS "vehicleId",
  (SELECT ${TEXT_OF_TIME('min(at)')} FROM seen) AS "firstSeen",
  (SELECT ${TEXT_OF_TIME('max(at)')} FROM seen) AS "lastSeen",
  (SELECT json_build_object('status', status, 'reportTime', ${TEXT_OF_TIME('report_time')}) FROM latest) AS "currentStatus",
  (
    SELECT coalesce(json_object_agg(name, json_build_object('count', count, 'sum', sum) ORDER BY name COLLATE "C"), '{}')
    FROM by_type
  ) AS "detectionsByType"`;
