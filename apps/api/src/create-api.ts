import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { ApiParts } from './api-parts.js';
import { guardAccess } from './access/access-hook.js';
import { findBuiltConsole } from './console/built-console.js';
import { serveConsole } from './console/serve-console.js';
import { applyBodyLimits, BODY_LIMIT_BYTES } from './http/body-limit.js';
import { logRequests } from './http/request-log.js';
import { traceRequests } from './http/trace-requests.js';
import { takeStreamedBodies } from './http/streamed-body.js';
import { sendSecurityHeaders } from './http/security-headers.js';
import { timeRequests } from './metrics/time-requests.js';
import { NestLogger } from './nest-logger.js';
import { serveOpenApi } from './openapi/openapi.js';
import { ProblemFilter } from './problems/problem-filter.js';
import { sendProblem } from './problems/send-problem.js';

/** The HTTP application around a module, ready to listen: who may ask, what is logged, how errors are answered. */
export async function createApi(
  module: object,
  { config, logger, metrics }: Pick<ApiParts, 'config' | 'logger' | 'metrics'>,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: () => randomUUID(),
    frameworkErrors: (error: Error, _request: unknown, reply: FastifyReply) => void sendProblem(reply, error),
  });
  const fastify = adapter.getInstance();
  // Fastify takes text/plain as well; we take JSON only, which a page of another site cannot send unasked.
  fastify.removeContentTypeParser('text/plain');
  applyBodyLimits(fastify);
  takeStreamedBodies(fastify);
  logRequests(fastify, logger);
  timeRequests(fastify, metrics);
  traceRequests(fastify);
  sendSecurityHeaders(fastify);
  const built = await findBuiltConsole();
  if (built === undefined) logger.warn('The console is not built, and / is empty: npm run build');
  else serveConsole(fastify, built);
  guardAccess(fastify, config.http);

  const app = await NestFactory.create<NestFastifyApplication>(module as never, adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
    // A failed boot is thrown to whoever boots, with its reason.
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter(logger));
  serveOpenApi(app);
  await app.init();
  await fastify.ready();
  return app;
}
