import type { FeedView } from '@millrace/contracts';
import { nameOfTarget, type Feed } from '@millrace/ingest';
import { toJsonPointer } from '../http/json-pointer.js';

/** A feed as the API shows it. */
export function toFeedView({ id, description, fileName, records, target, quietPeriodMs }: Feed): FeedView {
  return { id, description, fileName, records: toJsonPointer(records), view: nameOfTarget(target), quietPeriodMs };
}
