import type { ServerEvent } from '@millrace/client';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import type { RunDetail } from './contracts.js';
import { useEvents } from './live.js';

/** Between two looks at the calls and children of a run that moves all the time. */
const CHILDREN_EVERY_MS = 500;

/** Keeps what is shown of a run as the API tells it: its state at once, all else as soon as it is read. */
export function useRunEvents(id: string, isLive: boolean): boolean {
  const client = useQueryClient();
  const isCounting = useRef(false);
  const tell = useCallback(
    ({ event, data }: ServerEvent) => {
      const change = (changes: Partial<RunDetail>) =>
        client.setQueryData<RunDetail>(['runs', id], (run) => run && { ...run, ...changes });
      if (event === 'progress') change({ progress: data as RunDetail['progress'] });
      if (event === 'state') {
        const { state, attempt } = data as Pick<RunDetail, 'state' | 'attempt'>;
        change({ state, attempt });
        void client.invalidateQueries({ queryKey: ['runs', id] });
      }
      if (event === 'children') {
        client.setQueryData<RunDetail>(
          ['runs', id],
          (run) => run && { ...run, children: { ...run.children, ...(data as object) } },
        );
        if (isCounting.current) return;
        isCounting.current = true;
        setTimeout(() => {
          isCounting.current = false;
          void client.invalidateQueries({ queryKey: ['runs', id, 'calls'] });
        }, CHILDREN_EVERY_MS);
      }
    },
    [client, id],
  );
  return useEvents(isLive ? `/runs/${id}/events` : undefined, tell);
}
