import type { FileState } from '@millrace/contracts';
import { FileNotLoadedError } from '@millrace/ingest';
import type { Transaction } from '../../database.js';

const LOCK_LOADED_ARRIVAL = `/* arrivals.lock-loaded */
SELECT path AS name, feed, content_id::text AS "contentId" FROM millrace.arrivals
WHERE id = $1 AND state = 'loaded'
FOR UPDATE`;

const READ_ARRIVAL_STATE = `/* arrivals.read-state */
SELECT state FROM millrace.arrivals WHERE id = $1`;

/** A loaded file, held until the commit: nothing else changes what it gave. */
export interface LoadedArrival {
  readonly name: string;
  readonly feed: string;
  readonly contentId: string;
}

/** @throws FileNotLoadedError */
export async function lockLoaded(transaction: Transaction, arrivalId: string): Promise<LoadedArrival> {
  const { rows } = await transaction.query<{ [Key in keyof LoadedArrival]: string }>(LOCK_LOADED_ARRIVAL, [arrivalId]);
  if (rows[0]) return rows[0];
  const { rows: states } = await transaction.query<{ state: FileState }>(READ_ARRIVAL_STATE, [arrivalId]);
  throw new FileNotLoadedError(arrivalId, states[0]?.state ?? 'unknown');
}
