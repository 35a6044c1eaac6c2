import { useSyncExternalStore } from 'react';

/** One timer for everything on the page that shows how time goes by. */
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

/** The time, to the second. With `isStopped` it does not move, and nothing is drawn again for it. */
export function useNow(isStopped = false): number {
  return useSyncExternalStore(isStopped ? subscribeToNothing : subscribe, readNow);
}

function subscribeToNothing(): () => void {
  return () => undefined;
}

function readNow(): number {
  // A page that was in the background, or has just been opened, shows no stale time.
  if (timer === undefined && Date.now() - now > 1_000) now = Date.now();
  return now;
}
