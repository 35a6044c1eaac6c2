import { inSpan, isTracing } from '@millrace/telemetry';
import type { FastifyInstance } from 'fastify';
import { wantsStream } from '../sse/wants-stream.js';

/**
 * A span for each request, which goes on from the caller's `traceparent`. It begins once the body is read: what is awaited
 * before belongs to the connection, and would not know the span.
 */
export function traceRequests(fastify: FastifyInstance): void {
  if (!isTracing()) return;
  fastify.addHook('preHandler', ({ method, headers, routeOptions }, { raw }, done) => {
    const { url: route = 'unknown' } = routeOptions;
    if (wantsStream(headers.accept) || route.startsWith('/health/')) return done();
    const { traceparent } = headers;
    void inSpan(
      `${method} ${route}`,
      {
        parent: typeof traceparent === 'string' ? traceparent : undefined,
        kind: 'server',
        attributes: { 'http.request.method': method, 'http.route': route },
        outcome: (status) => ({
          attributes: { 'http.response.status_code': status },
          ...(status >= 500 && { error: `HTTP ${status}` }),
        }),
      },
      () =>
        new Promise<number>((resolve) => {
          raw.once('close', () => resolve(raw.statusCode));
          done();
        }),
    );
  });
}
