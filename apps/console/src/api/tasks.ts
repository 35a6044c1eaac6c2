import { answerOf } from '@millrace/client';
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.js';
import { POLL } from './live.js';

export const tasksQuery = queryOptions({
  queryKey: ['tasks'],
  queryFn: async ({ signal }) => (await answerOf(api.GET('/tasks', { signal }))).tasks,
  staleTime: POLL.catalogue,
});

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ['tasks', id],
    queryFn: ({ signal }) => answerOf(api.GET('/tasks/{id}', { params: { path: { id } }, signal })),
    staleTime: POLL.catalogue,
  });
