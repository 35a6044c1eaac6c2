import { answerOf, type ServerEvent } from '@millrace/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { api } from './api.js';
import type { RunLogLine } from './contracts.js';
import { POLL, useEvents } from './live.js';

const LINES_A_PAGE = 1_000;
/** Lines that a page keeps at most: the rest is read by API or SQL. */
export const MAX_LINES = 50_000;

/** What a run has logged so far, and while `isLive` each line as it is logged. */
export function useRunLog(id: string, isLive: boolean) {
  const client = useQueryClient();
  const key = ['runs', id, 'logs'];
  const arrived = useRef<RunLogLine[]>([]);
  const frame = useRef(0);
  const tell = useCallback(
    ({ event, data }: ServerEvent) => {
      if (event !== 'line') return;
      arrived.current.push(data as RunLogLine);
      // Once a frame, however many lines come within it.
      frame.current ||= requestAnimationFrame(() => {
        frame.current = 0;
        const lines = arrived.current;
        arrived.current = [];
        client.setQueryData<RunLogLine[]>(['runs', id, 'logs'], (held = []) => append(held, lines));
      });
    },
    [client, id],
  );
  const log = useQuery<RunLogLine[]>({
    queryKey: key,
    queryFn: async ({ signal }) => {
      let lines = client.getQueryData<RunLogLine[]>(key) ?? [];
      while (lines.length < MAX_LINES) {
        const page = await readPage(id, lines.at(-1)?.n ?? 0, signal);
        if (page.lines.length > 0) lines = append(lines, page.lines);
        if (page.next === null) break;
      }
      return append(lines, client.getQueryData<RunLogLine[]>(key) ?? []);
    },
    refetchInterval: isLive ? POLL.beside : false,
    structuralSharing: false,
  });
  const last = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  const isRead = log.data !== undefined;
  if (isRead && last.current === 0) last.current = log.data.at(-1)?.n ?? 0;
  useEvents(isLive && isRead ? `/runs/${id}/logs?follow=true&after=${last.current}` : undefined, tell);
  return log;
}

/** The lines held and those of them that are new. */
function append(held: readonly RunLogLine[], lines: readonly RunLogLine[]): RunLogLine[] {
  const last = held.at(-1)?.n ?? 0;
  return [...held, ...lines.filter(({ n }) => n > last)];
}

function readPage(id: string, after: number, signal: AbortSignal) {
  const params = { path: { id }, query: { after, limit: LINES_A_PAGE } };
  return answerOf(api.GET('/runs/{id}/logs', { params, signal }));
}
