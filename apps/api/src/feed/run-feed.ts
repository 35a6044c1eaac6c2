import type { RunFeedQuery, RunHint } from '@millrace/contracts';
import { RunFollowQueries } from '@millrace/postgres';
import type { Logger } from '@millrace/telemetry';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER } from '../api-parts.js';
import type { SseStream } from '../sse/sse-stream.js';

/** Runs that one look asks for; when there are more, everybody is told to look again instead. */
const MOST_RUNS = 3_000;
/** Milliseconds from a hint to the look; and how many times as long as that took nobody looks after it. */
const PAUSE_MS = 10;
const RESTS = 9;

interface Client {
  readonly stream: Pick<SseStream, 'ready' | 'send'>;
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
    if (returning) stream.send([{ event: 'resync', id: '0', data: { reason: 'reconnected' } }]);
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
    const pauseMs = Math.max(PAUSE_MS, this.#rested - performance.now());
    this.#timer ??= setTimeout(() => void this.#turn(), pauseMs);
  }

  async #turn(): Promise<void> {
    this.#timer = undefined;
    this.#looking = true;
    const begun = performance.now();
    const found = await this.#look([...this.#hinted.keys()]);
    for (const client of this.#clients) send(client, found);
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
}

function send(client: Client, found: readonly RunHint[]): void {
  const { stream, filter } = client;
  const wanted = found.filter(
    ({ task, state, root }) =>
      (filter.task ?? task) === task && (filter.state ?? state) === state && (filter.root ?? root) === root,
  );
  if (!stream.ready) {
    client.missed ||= wanted.length > 0;
  } else if (client.missed) {
    client.missed = false;
    stream.send([{ event: 'resync', id: '0', data: { reason: 'missed' } }]);
  } else {
    // An id, so that a browser that comes back says that it was here.
    stream.send(wanted.map((data) => ({ event: 'run', id: '0', data })));
  }
}
