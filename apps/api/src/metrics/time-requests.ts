import type { Metrics } from '@millrace/telemetry';
import type { FastifyInstance } from 'fastify';
import { wantsStream } from '../sse/wants-stream.js';

/** Times every answer by the pattern of its route, so that ids in addresses make no series; streams are not answers. */
export function timeRequests(fastify: FastifyInstance, metrics: Metrics): void {
  fastify.addHook('onResponse', async ({ method, headers, routeOptions }, { statusCode, elapsedTime }) => {
    if (wantsStream(headers.accept)) return;
    const { url = 'unknown' } = routeOptions;
    const labels = { method, route: url, status: String(statusCode) };
    metrics.observe('millrace_http_request_duration_seconds', labels, elapsedTime / 1_000);
  });
}
