import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { waitFor } from '@millrace/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

interface ReceivedEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** An open stream of server-sent events, as a spec reads it. */
export interface SpecEventSource {
  readonly status: number | undefined;
  readonly contentType: string | undefined;
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
  const url = new URL(path, await app.getUrl());
  // A connection of its own: fetch keeps spare ones open, for which a server that closes would wait.
  const request = get(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const received: ReceivedEvent[] = [];
  const reading = read(answer, received).catch(() => undefined);
  return {
    ...{ status: answer.statusCode, contentType: answer.headers['content-type'], received, ended: reading },
    async until(event, count) {
      const found = () => received.filter((one) => one.event === event);
      await waitFor(() => found().length >= count);
      return found().map(({ data }) => data);
    },
    close: () => void request.destroy(),
  };
}

async function read(answer: IncomingMessage, received: ReceivedEvent[]): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer) {
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
