import { MillraceProblem, UnreachableError, type Problem } from './client.errors.js';
import type { ClientOptions } from './client.js';
import { EventParser, type ServerEvent } from './event-parser.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

export interface FollowOptions extends ClientOptions {
  /** As `/runs/ID/events`, with its query. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** Told when a connection stands, and when it is lost. */
  readonly onConnection?: (isConnected: boolean) => void;
}

/**
 * The events of a stream until the signal aborts or the caller stops asking. A connection that is lost is taken up again
 * after the last event seen, so that none is missed and none comes twice where the stream numbers them. `fetch` and not
 * `EventSource`, which can send no token.
 * @throws MillraceProblem when the API refuses for a reason that does not pass
 */
export async function* followEvents(options: FollowOptions): AsyncGenerator<ServerEvent, void> {
  const { signal, onConnection } = options;
  let lastEventId: string | undefined;
  let wait = FIRST_WAIT_MS;
  while (!signal.aborted) {
    try {
      for await (const event of connect(options, lastEventId)) {
        lastEventId = event.id ?? lastEventId;
        wait = FIRST_WAIT_MS;
        yield event;
      }
    } catch (error) {
      if (error instanceof MillraceProblem && error.problem.status < 500) throw error;
    } finally {
      onConnection?.(false);
    }
    await pause(wait, signal);
    wait = Math.min(LONGEST_WAIT_MS, wait * 2);
  }
}

async function* connect(options: FollowOptions, lastEventId: string | undefined): AsyncGenerator<ServerEvent, void> {
  const { baseUrl, path, token, signal, onConnection } = options;
  const headers = new Headers({ accept: 'text/event-stream' });
  const given = token?.();
  if (given !== undefined) headers.set('authorization', `Bearer ${given}`);
  if (lastEventId !== undefined) headers.set('last-event-id', lastEventId);
  const response = await fetch(new URL(path, baseUrl), { headers, signal, credentials: 'omit' });
  if (!response.ok) throw await toError(response);
  if (response.body === null) return;
  onConnection?.(true);
  const parser = new EventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    // A read that begins after the signal never settles.
    while (!signal.aborted) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.push(value);
    }
  } finally {
    // Not waited for: of a connection that the signal has ended it never settles.
    reader.cancel().catch(() => undefined);
  }
}

async function toError(response: Response): Promise<Error> {
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
  return problem === undefined ? new UnreachableError(`${response.status}`) : new MillraceProblem(problem);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
