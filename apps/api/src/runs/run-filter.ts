import type { RunListQuery } from '@millrace/contracts';
import type { RunFilter } from '@millrace/postgres';
import { toKeyset } from '../http/id-page.js';

const toDate = (time: string | undefined) => (time === undefined ? undefined : new Date(time));

/** What the query of `GET /runs` asks for. */
export function toRunFilter(query: RunListQuery): RunFilter {
  return {
    taskId: query.task,
    states: query.state,
    createdAfter: toDate(query.createdAfter),
    createdBefore: toDate(query.createdBefore),
    parentId: query.parent,
    rootOnly: query.rootOnly,
    ...toKeyset(query),
  };
}
