import { answerOf } from '@millrace/client';
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, queryClient } from './api.js';
import { hasEnded, type RunCall, type RunCallPage, type RunState } from './contracts.js';
import { POLL } from './live.js';

/** Filters of the list of runs, as the API takes them. */
export interface RunFilter {
  readonly task?: string;
  readonly state?: RunState[];
  readonly tag?: string[];
  readonly error?: string;
  readonly sort?: 'newest' | 'oldest' | 'duration' | 'queueTime';
  readonly createdAfter?: string;
  readonly createdBefore?: string;
  readonly rootOnly?: true;
  readonly parent?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

/** With `isTold`, a stream tells of their changes. */
export const runsQuery = (filter: RunFilter, isTold = false) =>
  queryOptions({
    queryKey: ['runs', 'list', filter],
    queryFn: ({ signal }) => answerOf(api.GET('/runs', { params: { query: filter }, signal })),
    refetchInterval: isTold ? POLL.beside : POLL.list,
    placeholderData: keepPreviousData,
  });

/** With `isTold`, a stream tells of its changes. */
export const runQuery = (id: string, isTold = false) =>
  queryOptions({
    queryKey: ['runs', id],
    queryFn: ({ signal }) => answerOf(api.GET('/runs/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data } }) => {
      if (data === undefined || !hasEnded(data.state)) return isTold ? POLL.beside : POLL.run;
      // What a cancelled run awaited ends after it, and no stream tells of that.
      return data.children.unfinished > 0 ? POLL.run : false;
    },
  });

const CALLS_A_PAGE = 200;
/** Calls of one run that are shown at most. */
const MAX_CALLS = 2_000;

/** The calls of a run, in order. */
export const callsQuery = (id: string, live: boolean) =>
  queryOptions({
    queryKey: ['runs', id, 'calls'],
    queryFn: async ({ signal }) => {
      const calls: RunCall[] = [];
      for (let after: number | null = -1; after !== null && calls.length < MAX_CALLS;) {
        const params = { path: { id }, query: { after, limit: CALLS_A_PAGE } };
        const page: RunCallPage = await answerOf(api.GET('/runs/{id}/calls', { params, signal }));
        calls.push(...page.calls);
        after = page.next;
      }
      return calls;
    },
    refetchInterval: live ? POLL.list : false,
  });

/** Children a page. */
export const CHILDREN_A_PAGE = 200;

/** The children of a call whose places begin at `page` times `CHILDREN_A_PAGE`. */
export const childrenQuery = (id: string, seq: number, page: number, live: boolean) =>
  queryOptions({
    queryKey: ['runs', id, 'calls', seq, 'children', page],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/runs/{id}/calls/{seq}/runs', {
          params: { path: { id, seq }, query: { after: page * CHILDREN_A_PAGE - 1, limit: CHILDREN_A_PAGE } },
          signal,
        }),
      ),
    refetchInterval: live ? POLL.list : false,
  });

/** Asks for what the page of a run shows first: the run, its calls, and the first children of those; nothing of it twice. */
export function prefetchRun(id: string): void {
  if (queryClient.getQueryState(runQuery(id).queryKey) !== undefined) return;
  void queryClient.prefetchQuery(runQuery(id));
  // Most that have children have them by their first call: those are asked for before it is known.
  void queryClient.prefetchQuery(childrenQuery(id, 0, 0, false));
  void queryClient.prefetchQuery(callsQuery(id, false)).then(() => {
    const calls = queryClient.getQueryData<RunCall[]>(callsQuery(id, false).queryKey);
    const first = calls?.find(({ children }) => children.total > 0);
    return first && queryClient.prefetchQuery(childrenQuery(id, first.seq, 0, false));
  });
}

const keyed = () => ({ 'Idempotency-Key': crypto.randomUUID() });

export function useCancelRun(id: string) {
  return useMutation({
    mutationFn: () => answerOf(api.POST('/runs/{id}/cancel', { params: { path: { id }, header: keyed() } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['runs'] }),
  });
}

export function useRetryRun(id: string) {
  return useMutation({
    mutationFn: () => answerOf(api.POST('/runs/{id}/retry', { params: { path: { id }, header: keyed() } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['runs'] }),
  });
}

export function useStartRun() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { task: string; input: unknown; tags?: string[] }) =>
      answerOf(api.POST('/runs', { body, params: { header: keyed() } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['runs', 'list'] }),
  });
}
