import type { ServerEvent } from '@millrace/client';
import { useCallback, useEffect, useRef } from 'react';
import type { RunHint } from './contracts.js';
import { useEvents } from './live.js';

/** From a hint to the look: moves that come together are seen together. */
const GATHER_MS = 50;

interface RunFeedOptions {
  /** Only runs of this task. */
  readonly task?: string | undefined;
  /** Whether a run is one of those shown, or may be. @default all are */
  readonly concerns?: (hint: RunHint) => boolean;
  /** Milliseconds between two looks at runs that move all the time. @default 1,000 */
  readonly everyMs?: number;
  /** Reads again what is shown. */
  readonly look: () => void;
}

/**
 * Has runs that are shown read again when the API hints that one of them has moved, and once after hints were missed. Gives
 * whether it does: they need not be asked for at intervals then.
 */
export function useRunFeed({ task, concerns, everyMs = 1_000, look }: RunFeedOptions): boolean {
  const latest = useRef(look);
  useEffect(() => {
    latest.current = look;
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const looked = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const lookSoon = useCallback(() => {
    timer.current ??= setTimeout(
      () => {
        timer.current = undefined;
        looked.current = performance.now();
        latest.current();
      },
      Math.max(GATHER_MS, looked.current + everyMs - performance.now()),
    );
  }, [everyMs]);
  const tell = useCallback(
    ({ event, data }: ServerEvent) => {
      if (event === 'resync' || (event === 'run' && concerns?.(data as RunHint) !== false)) lookSoon();
    },
    [concerns, lookSoon],
  );
  const isTold = useEvents(task === undefined ? '/events' : `/events?task=${encodeURIComponent(task)}`, tell);
  useEffect(() => {
    // What moved after it was read and before the stream stood, nobody hints of.
    if (isTold) lookSoon();
  }, [isTold, lookSoon]);
  return isTold;
}
