import type { Logger } from '@millrace/telemetry';
import type { FastifyInstance } from 'fastify';

/** One line an answered request at `debug`, with the id that the answer carries as `x-request-id`. */
export function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  fastify.addHook('onResponse', async ({ id, method, url }, { statusCode, elapsedTime }) => {
    logger.debug({ requestId: id, method, url, status: statusCode, ms: Math.round(elapsedTime) }, 'request');
  });
}
