/** As `arrivals.find-appearance` for many: what has grown since it was registered, and is open still, is known. */
export const FIND_UNKNOWN = `/* arrivals.find-unknown */
SELECT seen.path AS name
FROM unnest(
  (SELECT $1::text[]), (SELECT $2::numeric[]), (SELECT $3::numeric[]), (SELECT $4::bigint[]), (SELECT $5::bigint[])
) AS seen (path, device, inode, size, mtime_ns)
WHERE NOT EXISTS (
  SELECT FROM millrace.arrivals AS arrival
  WHERE arrival.path = seen.path AND arrival.device = seen.device AND arrival.inode = seen.inode
    AND arrival.state <> 'vanished'
    AND (arrival.state = 'arrived' OR (arrival.size = seen.size AND arrival.mtime_ns = seen.mtime_ns))
  -- Keeps it a look-up for each: a plan from when the ledger was small would read all of it.
  OFFSET 0
)`;
