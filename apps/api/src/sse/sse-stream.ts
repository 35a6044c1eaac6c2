import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

/** Bytes that may wait for a client before nothing more is read for it. */
const READY_BYTES = 64 * 1024;
/** Bytes at which a client that takes too little is dropped. */
const MOST_BYTES = 8 * 1024 * 1024;

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Proxies must not collect what is sent (nginx reads this).
  'x-accel-buffering': 'no',
  // Kept alive after its last event, the connection would keep the server from closing.
  connection: 'close',
};

/** One event of a stream. */
export interface SseEvent {
  readonly event: string;
  /** A client sends it back as `Last-Event-ID`; without one it keeps the id before. */
  readonly id?: string;
  readonly data: unknown;
}

/** An open answer of server-sent events (WHATWG HTML 9.2). What waits for a slow client is bounded. */
export class SseStream {
  readonly #raw: ServerResponse;
  /** Since when bytes have been waiting, by `performance.now()`. */
  #waitingSince: number | undefined;

  constructor(
    reply: FastifyReply,
    /** Called when the client is dropped for being too slow. */
    private readonly onDropped: () => void,
  ) {
    const headers = reply.getHeaders() as Record<string, string>;
    reply.hijack();
    this.#raw = reply.raw;
    this.#raw.on('drain', () => (this.#waitingSince = undefined));
    this.#raw.writeHead(200, { ...headers, ...STREAM_HEADERS });
    this.#raw.flushHeaders();
  }

  /** Whether the client has taken nearly all of what it was sent. */
  get ready(): boolean {
    return !this.#raw.destroyed && this.#raw.writableLength < READY_BYTES;
  }

  send(events: readonly SseEvent[]): void {
    this.write(textOfEvents(events));
  }

  /** Sends events whose text has been made, for other clients as well. */
  write(text: string): void {
    if (this.#raw.destroyed || this.#raw.writableEnded || text === '') return;
    if (!this.#raw.write(text)) this.#waitingSince ??= performance.now();
    if (this.#raw.writableLength > MOST_BYTES) this.#drop();
  }

  /** Keeps proxies from closing a silent connection. Drops a client that has taken nothing for this long. */
  beat(patienceMs: number): void {
    const waitedMs = this.#waitingSince === undefined ? 0 : performance.now() - this.#waitingSince;
    if (waitedMs > patienceMs) this.#drop();
    else this.write(':\n\n');
  }

  onClosed(listener: () => void): void {
    this.#raw.once('close', listener);
  }

  end(): void {
    this.#raw.end();
  }

  #drop(): void {
    this.#raw.destroy();
    this.onDropped();
  }
}

/** Events as they are sent. */
export function textOfEvents(events: readonly SseEvent[]): string {
  return events.map(toText).join('');
}

function toText({ event, id, data }: SseEvent): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
