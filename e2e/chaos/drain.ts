import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseClient } from './database-client.js';

/** Milliseconds without any change of any run after which waiting on is in vain: above lease, sweep and backoff together. */
const STUCK_MS = 40_000;
const EVERY_MS = 500;

const LOOK = `/* chaos.look */
SELECT (SELECT count(*)::int FROM millrace.runs WHERE finished_at IS NULL) AS unfinished,
       (SELECT coalesce(max(n), 0)::text FROM chaos.audit) AS changes,
       (SELECT count(*)::int FROM millrace.arrivals WHERE state = 'arrived') AS files`;

/** Waits until every run has ended, or nothing moves any more; gives how many have not ended. @throws when aborted */
export async function drain(database: DatabaseClient, deadlineMs: number, signal: AbortSignal): Promise<number> {
  const end = performance.now() + deadlineMs;
  let changes = '';
  let movedAt = performance.now();
  for (;;) {
    const [look] = await database.rows<{ unfinished: number; changes: string; files: number }>(LOOK);
    if (look === undefined || look.unfinished === 0) return 0;
    if (look.changes !== changes) movedAt = performance.now();
    changes = look.changes;
    if (performance.now() > end || performance.now() - movedAt > STUCK_MS) return look.unfinished;
    await delay(EVERY_MS, undefined, { signal });
  }
}
