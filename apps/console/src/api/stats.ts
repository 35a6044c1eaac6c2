import { answerOf } from '@millrace/client';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './api.js';
import { POLL } from './live.js';

/** Windows that one can look through, the latest at their end. */
export const WINDOWS = ['15m', '1h', '6h', '24h', '7d', '30d'] as const;
export type StatsWindow = (typeof WINDOWS)[number];

export const statsQuery = (window: StatsWindow) =>
  queryOptions({
    queryKey: ['stats', window],
    queryFn: ({ signal }) => answerOf(api.GET('/stats', { params: { query: { window } }, signal })),
    refetchInterval: POLL.statistics,
    placeholderData: keepPreviousData,
  });

export const timelineQuery = (window: StatsWindow) =>
  queryOptions({
    queryKey: ['stats', 'timeline', window],
    queryFn: ({ signal }) => answerOf(api.GET('/stats/timeline', { params: { query: { window } }, signal })),
    refetchInterval: POLL.statistics,
    placeholderData: keepPreviousData,
  });
