import { waitFor } from '@millrace/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

interface ReceivedEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** An open stream of server-sent events, as a spec reads it. */
export interface SpecEventSource {
  readonly status: number;
  readonly contentType: string | null;
  /** What has come so far. */
  readonly received: readonly ReceivedEvent[];
  /** Resolves once so many of these events have come; gives the data of them all. */
  readonly until: (event: string, count: number) => Promise<unknown[]>;
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>;
  readonly close: () => void;
}

/** Connects to a route of a listening API. */
export async function openEventSource(
  app: NestFastifyApplication,
  path: string,
  headers: Record<string, string> = {},
): Promise<SpecEventSource> {
  const abort = new AbortController();
  const url = new URL(path, await app.getUrl());
  const answer = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: abort.signal });
  const received: ReceivedEvent[] = [];
  const reading = read(answer, received).catch(() => undefined);
  return {
    ...{ status: answer.status, contentType: answer.headers.get('content-type'), received, ended: reading },
    async until(event, count) {
      const found = () => received.filter((one) => one.event === event);
      await waitFor(() => found().length >= count);
      return found().map(({ data }) => data);
    },
    close: () => abort.abort(),
  };
}

async function read(answer: Response, received: ReceivedEvent[]): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) if (!block.startsWith(':')) received.push(toEvent(block));
  }
}

function toEvent(block: string): ReceivedEvent {
  const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]));
  return {
    event: fields.get('event') ?? 'message',
    id: fields.get('id'),
    data: JSON.parse(fields.get('data') ?? 'null'),
  };
}
