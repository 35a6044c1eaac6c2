import type { FeedTableView, FeedView } from '@millrace/contracts';
import { nameOfTarget, type Feed, type FeedTable } from '@millrace/ingest';
import { toJsonPointer } from '../http/json-pointer.js';

/** A feed as the API shows it. */
export function toFeedView(feed: Feed): FeedView {
  const { id, description, fileName, format, records, target, quietPeriodMs } = feed;
  return {
    ...{ id, description, fileName, format, quietPeriodMs },
    delimiter: format === 'csv' ? feed.delimiter : null,
    records: toJsonPointer(records),
    view: nameOfTarget(target),
    table: typeof target === 'string' ? null : toTableView(target),
  };
}

function toTableView({ columns, key, onConflict }: FeedTable): FeedTableView {
  return { columns: columns.map((column) => ({ ...column })), key: [...key], onConflict };
}
