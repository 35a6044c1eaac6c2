import { answerOf } from '@millrace/client';
import { useQuery } from '@tanstack/react-query';
import { api } from './api.js';
import type { RunLogLine } from './contracts.js';
import { POLL } from './live.js';

const LINES_A_PAGE = 1_000;
/** Lines that a page keeps at most: the rest is read by API or SQL. */
export const MAX_LINES = 50_000;

/** What a run has logged so far, and while `live` what it goes on to log: only new lines are asked for. */
export function useRunLog(id: string, live: boolean) {
  return useQuery<RunLogLine[]>({
    queryKey: ['runs', id, 'logs'],
    queryFn: async ({ signal, client, queryKey }) => {
      let lines = client.getQueryData<RunLogLine[]>(queryKey) ?? [];
      while (lines.length < MAX_LINES) {
        const after = lines.at(-1)?.n ?? 0;
        const page = await readPage(id, after, signal);
        if (page.lines.length > 0) lines = [...lines, ...page.lines];
        if (page.next === null) break;
      }
      return lines;
    },
    refetchInterval: live ? POLL.run : false,
    structuralSharing: false,
  });
}

function readPage(id: string, after: number, signal: AbortSignal) {
  const params = { path: { id }, query: { after, limit: LINES_A_PAGE } };
  return answerOf(api.GET('/runs/{id}/logs', { params, signal }));
}
