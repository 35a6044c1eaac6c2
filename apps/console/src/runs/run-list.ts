import { answerOf } from '@millrace/client';
import { keepPreviousData, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { api } from '../api/api.js';
import type { RunHint, RunPage } from '../api/contracts.js';
import { POLL } from '../api/live.js';
import { useRunFeed } from '../api/run-feed.js';
import type { RunFilter } from '../api/runs.js';

/** Newer runs that are counted before they are shown. */
const MAX_NEWER = 200;

/** The first moment after a time that PostgreSQL knows to the microsecond and the API shows to the millisecond. */
function justAfter(time: string): string {
  return new Date(Date.parse(time) + 1).toISOString();
}

function isShown(client: QueryClient, filter: RunFilter, id: string): boolean {
  return client
    .getQueriesData<RunPage>({ queryKey: ['runs', 'list', filter], type: 'active' })
    .some(([, page]) => page?.runs?.some((run) => run.id === id) === true);
}

/**
 * A page of runs that stays where it is: what is on it changes its state before one's eyes, and runs that were created
 * since are counted, to be let in by `showNewer`. Of one sorted by what changes, nothing moves while it is in hand.
 */
export function useRunList(filter: RunFilter, isInHand: boolean) {
  const isByCreation = filter.sort === 'newest' || filter.sort === 'oldest';
  const client = useQueryClient();
  const [generation, setGeneration] = useState(0);
  const mayMove = isByCreation || !isInHand;
  const concerns = useCallback(
    ({ id, root, state }: RunHint) => {
      if (filter.rootOnly === true && id !== root) return false;
      // One that leaves the states of the filter is on the page, or is none of it.
      return filter.state === undefined || filter.state.includes(state) || isShown(client, filter, id);
    },
    [client, filter],
  );
  const isTold = useRunFeed({
    task: filter.task,
    concerns,
    look: () => mayMove && void client.invalidateQueries({ queryKey: ['runs', 'list', filter] }),
  });
  const every = isTold ? POLL.beside : POLL.list;
  const page = useQuery<RunPage>({
    queryKey: ['runs', 'list', filter, generation],
    queryFn: ({ client, queryKey, signal }) => {
      const newest = client.getQueryData<RunPage>(queryKey)?.runs[0];
      const query =
        newest !== undefined && filter.sort === 'newest'
          ? { ...filter, createdBefore: justAfter(newest.createdAt) }
          : filter;
      return answerOf(api.GET('/runs', { params: { query }, signal }));
    },
    refetchInterval: mayMove ? every : false,
    placeholderData: keepPreviousData,
  });
  const newest = page.isPlaceholderData ? undefined : page.data?.runs[0];
  const newer = useQuery({
    queryKey: ['runs', 'list', filter, 'newer', newest?.createdAt],
    queryFn: async ({ signal }) => {
      const query = { ...filter, createdAfter: justAfter(newest?.createdAt ?? ''), limit: MAX_NEWER };
      const { runs, next } = await answerOf(api.GET('/runs', { params: { query }, signal }));
      return { count: runs.length, isMore: next !== null };
    },
    enabled: newest !== undefined && filter.sort === 'newest' && filter.cursor === undefined,
    refetchInterval: every,
  });
  return { page, newer: newer.data, showNewer: () => setGeneration((last) => last + 1) };
}
