import type { MessagePort } from 'node:worker_threads';
import { type Feed, FeedRegistry, fileChunks, FileRefusedError, SHIPPED_FEEDS, streamRecords } from '@millrace/ingest';
import { BinaryRows } from '../copy/binary-rows.js';
import { type FailureMessage, toFailure, toFailureMessage } from './failure-message.js';
import { feedKeys, type KeyTable } from '../keys/key-tables.js';
import { toRefusalMessage } from './refusal-message.js';
import { buffersOf, encodeFile, encoderFor, rowEncoders, type RowEncoders } from '../copy/row-encoder.js';
import { ThreadGarbage } from './thread-garbage.js';
import type { FromThread, ReadingThreadData, ToThread } from './thread-messages.js';

/** Pieces that a reading gives before the first is dealt with, and their bytes: its memory is bounded by them. */
const WINDOW = 4;
const WINDOW_BYTES = 4 * 1024 * 1024;

/** The thread's side: reads, checks and encodes the files that the main thread names, several at once. */
export function serveReadings(
  port: MessagePort,
  { tasks }: ReadingThreadData,
  garbage: Pick<ThreadGarbage, 'bound'> = new ThreadGarbage(),
): void {
  const readings = new Map<number, Reading>();
  const lookUps = new KeyLookUps(port);
  const out = new BinaryRows();
  const keys = feedKeys((table) => (names) => lookUps.lookUp(table, names));
  const encoders = rowEncoders(keys, out);
  const feeds = new Feeds(tasks);
  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'read': {
        const reading = new Reading(port, message, encoders);
        readings.set(message.id, reading);
        return void reading.run(feeds).finally(() => readings.delete(message.id));
      }
      case 'taken':
        for (const memory of message.returned) out.reuse(memory);
        // What does not come back V8 counts, and collects by itself.
        if (message.returned.length > 0) garbage.bound();
        return readings.get(message.id)?.taken();
      case 'stop':
        return readings.get(message.id)?.stop();
      case 'keys':
        garbage.bound();
        return lookUps.found(message.request, message.keys);
      case 'no-keys':
        return lookUps.failed(message.request, message.failure);
    }
  });
}

/** The feeds of this thread. Those of users are loaded when the first of their files comes. */
class Feeds {
  private readonly shipped = new FeedRegistry(SHIPPED_FEEDS);
  private withUsers: Promise<FeedRegistry> | undefined;

  constructor(private readonly tasks: string) {}

  /** @throws UnknownFeedError */
  async get(id: string): Promise<Feed> {
    return (this.shipped.has(id) ? this.shipped : await this.loadAll()).get(id);
  }

  private loadAll(): Promise<FeedRegistry> {
    this.withUsers ??= this.load();
    return this.withUsers;
  }

  private async load(): Promise<FeedRegistry> {
    // Not at the top: a thread that reads files of the shipped feeds does without the engine.
    const { loadCatalogue } = await import('@millrace/engine');
    const exports = await loadCatalogue(this.tasks);
    return FeedRegistry.withUserExports(exports.map(({ value }) => value));
  }
}

interface OpenLookUp {
  readonly resolve: (keys: readonly number[]) => void;
  readonly reject: (error: Error) => void;
}

/** Asks the main thread, which has the connection. */
class KeyLookUps {
  private readonly open = new Map<number, OpenLookUp>();
  private requests = 0;

  constructor(private readonly port: MessagePort) {}

  lookUp(table: KeyTable, names: readonly string[]): Promise<readonly number[]> {
    const request = (this.requests += 1);
    return new Promise((resolve, reject) => {
      this.open.set(request, { resolve, reject });
      send(this.port, { kind: 'look-up', request, table, names });
    });
  }

  found(request: number, keys: readonly number[]): void {
    this.take(request)?.resolve(keys);
  }

  failed(request: number, failure: FailureMessage): void {
    this.take(request)?.reject(toFailure(failure));
  }

  private take(request: number) {
    const waiting = this.open.get(request);
    this.open.delete(request);
    return waiting;
  }
}

/** One file from its start to its end. */
class Reading {
  private readonly stopped = new AbortController();
  /** Bytes of the pieces that are not dealt with. */
  private readonly untaken: number[] = [];
  private goOn: (() => void) | undefined;

  constructor(
    private readonly port: MessagePort,
    private readonly request: ToThread & { kind: 'read' },
    private readonly encoders: RowEncoders,
  ) {}

  /** Never rejects: the main thread is told. */
  async run(feeds: Feeds): Promise<void> {
    const { id, descriptor, file: fileId, content } = this.request;
    try {
      const feed = await feeds.get(this.request.feed);
      const file = await encodeFile(
        (write) =>
          streamRecords(
            fileChunks(descriptor),
            feed,
            {
              write,
              reject: (reject) => this.give({ kind: 'reject', id, reject }),
              passed: (read) => send(this.port, { kind: 'passed', id, read }),
            },
            this.stopped.signal,
            content.keptFromMs,
          ),
        encoderFor(feed.target, this.encoders, { fileId, contentId: content.contentId }),
        (encoded) => this.give({ kind: 'rows', id, encoded }, buffersOf(encoded)),
      );
      send(this.port, { kind: 'ended', id, file });
    } catch (error) {
      send(
        this.port,
        error instanceof FileRefusedError
          ? { kind: 'refused', id, refusal: toRefusalMessage(error) }
          : { kind: 'failed', id, failure: toFailureMessage(error) },
      );
    }
  }

  taken(): void {
    this.untaken.shift();
    this.goOn?.();
  }

  stop(): void {
    this.stopped.abort();
    this.goOn?.();
  }

  /** Resolves when the main thread can take more. */
  private async give(message: FromThread, moved: ArrayBuffer[] = []): Promise<void> {
    this.untaken.push(moved.reduce((sum, { byteLength }) => sum + byteLength, 0));
    send(this.port, message, moved);
    while (this.isWindowFull()) {
      this.stopped.signal.throwIfAborted();
      await new Promise<void>((resolve) => (this.goOn = resolve));
    }
  }

  /** One piece more than fits may be on its way while another is made. */
  private isWindowFull(): boolean {
    const bytes = this.untaken.reduce((sum, one) => sum + one, 0);
    return this.untaken.length >= WINDOW || (this.untaken.length > 1 && bytes > WINDOW_BYTES);
  }
}

function send(port: MessagePort, message: FromThread, moved: ArrayBuffer[] = []): void {
  port.postMessage(message, moved);
}
