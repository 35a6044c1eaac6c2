import { Metrics } from '@millrace/telemetry';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ProblemError } from '../problems/problem.errors.js';
import { SseStream } from './sse-stream.js';

/** Streams that one process keeps open; each costs some 20 KiB. */
const MOST_STREAMS = 10_000;
const BEAT_MS = 15_000;
/** Milliseconds that a client may take nothing before it is dropped. */
const PATIENCE_MS = 30_000;

/** The event streams that are open in this process. */
@Injectable()
export class SseStreams implements OnModuleDestroy {
  readonly #open = new Set<SseStream>();
  #beating: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(private readonly metrics: Metrics) {
    metrics.read('millrace_sse_streams', () => [{ labels: {}, value: this.#open.size }]);
  }

  get count(): number {
    return this.#open.size;
  }

  /** Answers a request with a stream. @throws ProblemError MR_STREAMS_EXHAUSTED */
  open(reply: FastifyReply): SseStream {
    if (this.#stopped || this.#open.size >= MOST_STREAMS) {
      throw new ProblemError('MR_STREAMS_EXHAUSTED', 'This process has as many streams open as it keeps: try again.');
    }
    const stream = new SseStream(reply, () => this.metrics.count('millrace_sse_dropped_total', {}));
    this.#open.add(stream);
    this.#beating ??= setInterval(() => this.#beat(), BEAT_MS);
    stream.onClosed(() => this.#forget(stream));
    return stream;
  }

  /** Open streams would keep the server from closing; clients come back, to another process. */
  onModuleDestroy(): void {
    this.#stopped = true;
    for (const stream of this.#open) stream.end();
  }

  #beat(): void {
    for (const stream of this.#open) stream.beat(PATIENCE_MS);
  }

  #forget(stream: SseStream): void {
    this.#open.delete(stream);
    if (this.#open.size > 0) return;
    clearInterval(this.#beating);
    this.#beating = undefined;
  }
}
