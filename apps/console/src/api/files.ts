import { answerOf } from '@millrace/client';
import { keepPreviousData, queryOptions, useMutation } from '@tanstack/react-query';
import { api, queryClient } from './api.js';
import type { FileState, ReloadableState } from './contracts.js';
import { POLL } from './live.js';

/** Filters of the list of files, as the API takes them. */
export interface FileFilter {
  readonly feed?: string;
  readonly state?: FileState[];
  readonly cursor?: string;
}

export const filesQuery = (filter: FileFilter) =>
  queryOptions({
    queryKey: ['files', 'list', filter],
    queryFn: ({ signal }) => answerOf(api.GET('/files', { params: { query: filter }, signal })),
    refetchInterval: POLL.list,
    placeholderData: keepPreviousData,
  });

export const fileQuery = (id: string) =>
  queryOptions({
    queryKey: ['files', id],
    queryFn: ({ signal }) => answerOf(api.GET('/files/{id}', { params: { path: { id } }, signal })),
    refetchInterval: POLL.list,
  });

/** A page of the rejects of a file, those after the record with the index `after`. */
export const rejectsQuery = (id: string, after: number | undefined) =>
  queryOptions({
    queryKey: ['files', id, 'rejects', after],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/files/{id}/rejects', {
          params: { path: { id }, query: { limit: 20, ...(after === undefined ? {} : { after }) } },
          signal,
        }),
      ),
  });

export const feedsQuery = queryOptions({
  queryKey: ['feeds'],
  queryFn: async ({ signal }) => (await answerOf(api.GET('/feeds', { signal }))).feeds,
  staleTime: POLL.catalogue,
});

export function useReloadFile(id: string) {
  return useMutation({
    mutationFn: () => answerOf(api.POST('/files/{id}/reload', { params: { path: { id } } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['files'] }),
  });
}

/** Files of one request. */
const RELOADED_AT_ONCE = 1_000;

/** Loads all files of some states again, of a feed if one is given; gives for how many a run was started. */
export function useReloadFiles() {
  return useMutation({
    mutationFn: async ({ states, feed }: { states: readonly ReloadableState[]; feed: string | undefined }) => {
      let count = 0;
      for (const state of states) count += await reloadAll({ state, ...(feed === undefined ? {} : { feed }) });
      return count;
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['files'] }),
  });
}

/** One that fails again at once fits again: no more files are asked for than there were at the beginning. */
async function reloadAll(filter: { readonly state: ReloadableState; readonly feed?: string }): Promise<number> {
  let count = 0;
  let left = RELOADED_AT_ONCE;
  while (left > 0) {
    const body = { ...filter, limit: Math.min(RELOADED_AT_ONCE, left) };
    const page = await answerOf(api.POST('/files/reload', { body }));
    left = count === 0 ? page.left : left - page.reloading;
    count += page.reloading;
    if (page.reloading === 0) break;
  }
  return count;
}

/** Loads a record that was set aside, or the text in its place; gives the run, ended unless that takes long. */
export function useResubmitReject(fileId: string, index: number) {
  return useMutation({
    mutationFn: async (text: string | undefined) => {
      const path = { id: fileId, index: String(index) };
      const body = text === undefined ? {} : { text };
      const { id } = await answerOf(api.POST('/files/{id}/rejects/{index}/resubmit', { params: { path }, body }));
      return answerOf(api.GET('/runs/{id}', { params: { path: { id }, query: { wait: '20s' } } }));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['files'] }),
  });
}

export function useDryRun(id: string) {
  return useMutation({
    mutationFn: () => answerOf(api.POST('/files/{id}/dry-run', { params: { path: { id } } })),
  });
}

export function useUnloadFile(id: string) {
  return useMutation({
    mutationFn: () => answerOf(api.POST('/files/{id}/unload', { params: { path: { id } } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['files'] }),
  });
}
