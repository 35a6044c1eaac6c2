import { followEvents, type ServerEvent } from '@millrace/client';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { tokenKeeper } from './token.js';

/** How often what is shown is asked for again, in milliseconds, where no stream tells of its changes. */
export const POLL = { run: 1_000, list: 2_000, statistics: 5_000, catalogue: 30_000, beside: 20_000 } as const;

/**
 * Follows a stream of the API as long as the page shows what it tells of. Gives whether the stream stands: what it tells
 * of need not be asked for then. Where it does not, because a proxy keeps it back or the API has enough of them, asking
 * goes on.
 */
export function useEvents(path: string | undefined, tell: (event: ServerEvent) => void): boolean {
  const [isConnected, setConnected] = useState(false);
  const latest = useRef(tell);
  useEffect(() => {
    latest.current = tell;
  });
  const isInSight = useIsInSight();
  useEffect(() => {
    if (path === undefined || !isInSight) return;
    const closed = new AbortController();
    void follow(path, closed.signal, (event) => latest.current(event), setConnected);
    return () => {
      closed.abort();
      setConnected(false);
    };
  }, [path, isInSight]);
  return isConnected;
}

/**
 * Whether somebody may look at this tab. A browser has six connections to one address, for all of its tabs: those in the
 * background would leave none to the one in front. What they missed is read when they come forward.
 */
function useIsInSight(): boolean {
  return useSyncExternalStore(
    (listener) => {
      document.addEventListener('visibilitychange', listener);
      return () => document.removeEventListener('visibilitychange', listener);
    },
    () => document.visibilityState === 'visible',
  );
}

async function follow(
  path: string,
  signal: AbortSignal,
  tell: (event: ServerEvent) => void,
  onConnection: (isConnected: boolean) => void,
): Promise<void> {
  const options = { baseUrl: location.origin, token: () => tokenKeeper.token };
  const say = (isConnected: boolean) => !signal.aborted && onConnection(isConnected);
  try {
    for await (const event of followEvents({ ...options, path, signal, onConnection: say })) tell(event);
  } catch {
    // The API refuses this stream: what it would tell is asked for instead.
  }
}
