import type { FastifyReply } from 'fastify';

/** Aborts when the caller has gone, or has his answer. */
export function untilClosed(reply: FastifyReply): AbortSignal {
  const closed = new AbortController();
  reply.raw.once('close', () => closed.abort());
  return closed.signal;
}
