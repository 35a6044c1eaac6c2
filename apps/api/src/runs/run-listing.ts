import type { RunListQuery, RunPage } from '@millrace/contracts';
import type { RunListing, RunsFound } from '@millrace/postgres';
import { decodePlace, encodePlace } from './run-cursor.js';

const toDate = (time: string | undefined) => (time === undefined ? undefined : new Date(time));

/** What the query of `GET /runs` asks for. @throws ProblemError MR_QUERY_INVALID for a cursor of another list */
export function toRunListing({ sort, cursor, limit, ...query }: RunListQuery): RunListing {
  return {
    filter: {
      taskId: query.task,
      states: query.state,
      tags: query.tag,
      error: query.error,
      createdAfter: toDate(query.createdAfter),
      createdBefore: toDate(query.createdBefore),
      parentId: query.parent,
      rootOnly: query.rootOnly,
    },
    sort,
    after: cursor === undefined ? undefined : decodePlace(cursor, sort),
    limit,
  };
}

/** What was found, as the API shows it. */
export function toRunPage({ runs, next, window }: RunsFound): RunPage {
  return {
    runs,
    next: next === undefined ? null : encodePlace(next),
    window: window === undefined ? null : toWindow(window),
  };
}

function toWindow({ runs, since, until }: NonNullable<RunsFound['window']>): NonNullable<RunPage['window']> {
  return { runs, since: since.toISOString(), until: until.toISOString() };
}
