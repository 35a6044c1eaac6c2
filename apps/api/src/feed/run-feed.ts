import type { RunFeedQuery, RunHint } from '@millrace/contracts';
import { RunFollowQueries } from '@millrace/postgres';
import type { Logger } from '@millrace/telemetry';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER } from '../api-parts.js';
import { textOfEvents, type SseStream } from '../sse/sse-stream.js';

/** Runs that one look asks for; when there are more, everybody is told to look again instead. */
const MOST_RUNS = 3_000;
/** Hints that one look sends to all clients together; whoever would get more than its share is told to look again instead. */
const MOST_SENT = 20_000;
/** Milliseconds from a hint to the look: at least so many, and for each client. What is sent costs whoever takes it as well. */
const PAUSE_MS = 10;
const PAUSE_A_CLIENT_MS = 1;
/** How many times as long as a look took nobody looks after it. */
const RESTS = 9;

const RECONNECTED = textOfEvents([{ event: 'resync', id: '0', data: { reason: 'reconnected' } }]);
const MISSED = textOfEvents([{ event: 'resync', id: '0', data: { reason: 'missed' } }]);

interface Client {
  readonly stream: Pick<SseStream, 'ready' | 'write'>;
  readonly filter: RunFeedQuery;
  /** Something was not sent to it. */
  missed: boolean;
}

/**
 * Sends hints of runs to all clients of `GET /events`, from one look for all of them, and none while there is no client. A
 * client that takes too little is passed over, and told so once it takes again; SseStreams drops it if it never does.
 */
@Injectable()
export class RunFeed implements OnModuleDestroy {
  readonly #clients = new Set<Client>();
  readonly #hinted = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #rested = 0;
  #looking = false;
  #stopped = false;

  constructor(
    private readonly runs: RunFollowQueries,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Gives what ends it. @param returning whether it was connected before, and so has missed something */
  add(stream: Client['stream'], filter: RunFeedQuery, returning: boolean): () => void {
    const client: Client = { stream, filter, missed: false };
    this.#clients.add(client);
    if (returning) stream.write(RECONNECTED);
    return () => void this.#clients.delete(client);
  }

  /** There is something new to see of these runs. */
  hint(runIds: readonly string[]): void {
    if (this.#clients.size === 0) return;
    for (const runId of runIds) this.#hinted.add(runId);
    if (this.#hinted.size > MOST_RUNS) this.gap();
    else this.#schedule();
  }

  /** Of some runs there may be something new to see, and nobody knows of which. */
  gap(): void {
    this.#hinted.clear();
    for (const client of this.#clients) client.missed = true;
    this.#schedule();
  }

  onModuleDestroy(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#stopped || this.#looking) return;
    const pauseMs = Math.max(PAUSE_MS, PAUSE_A_CLIENT_MS * this.#clients.size, this.#rested - performance.now());
    this.#timer ??= setTimeout(() => void this.#turn(), pauseMs);
  }

  async #turn(): Promise<void> {
    this.#timer = undefined;
    this.#looking = true;
    const begun = performance.now();
    const found = await this.#look([...this.#hinted.keys()]);
    this.#send(found);
    this.#rested = performance.now() + RESTS * (performance.now() - begun);
    this.#looking = false;
    if (this.#hinted.size > 0) this.#schedule();
  }

  async #look(runIds: readonly string[]): Promise<readonly RunHint[]> {
    this.#hinted.clear();
    if (runIds.length === 0) return [];
    try {
      return await this.runs.standOf(runIds);
    } catch (error) {
      this.logger.warn({ err: error }, 'cannot look at hinted runs; whoever follows them is told to look again');
      for (const client of this.#clients) client.missed = true;
      return [];
    }
  }

  #send(found: readonly RunHint[]): void {
    const share = Math.ceil(MOST_SENT / this.#clients.size);
    const texts = new Map<string, string>();
    for (const client of this.#clients) {
      const { stream, filter } = client;
      const key = JSON.stringify([filter.task, filter.state, filter.root]);
      const text = texts.get(key) ?? textFor(filter, found, share);
      texts.set(key, text);
      if (!stream.ready) {
        client.missed ||= text !== '';
      } else if (client.missed) {
        client.missed = false;
        stream.write(MISSED);
      } else {
        stream.write(text);
      }
    }
  }
}

/** What a client with this filter is sent: the same for all that have it. */
function textFor({ task, state, root }: RunFeedQuery, found: readonly RunHint[], share: number): string {
  const wanted = found.filter(
    (hint) =>
      (task ?? hint.task) === hint.task && (state ?? hint.state) === hint.state && (root ?? hint.root) === hint.root,
  );
  if (wanted.length > share) return MISSED;
  // An id, so that a browser that comes back says that it was here.
  return textOfEvents(wanted.map((data) => ({ event: 'run', id: '0', data })));
}
