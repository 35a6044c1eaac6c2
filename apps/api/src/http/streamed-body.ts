import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../problems/problem.errors.js';

const STREAMED = 'streamedBody';
const BYTES = 'application/octet-stream';

/** Gives one route its body as a stream of bytes, of any size: the route counts them. */
export function StreamedBody(): MethodDecorator {
  return RouteConfig({ [STREAMED]: true });
}

/** Makes Fastify hand bytes to the routes that have declared it, and to no other, nor JSON to them. Before any route is made. */
export function takeStreamedBodies(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(BYTES, (_request, payload, done) => done(null, payload));
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const streamed = Object.hasOwn(request.routeOptions.config ?? {}, STREAMED);
    const bytes = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() === BYTES;
    if (streamed === bytes) done(null, payload);
    else done(unsupported(streamed));
  });
}

function unsupported(streamed: boolean): ProblemError {
  const wanted = streamed ? BYTES : 'application/json';
  return new ProblemError('MR_CONTENT_TYPE_UNSUPPORTED', `Send "Content-Type: ${wanted}".`);
}
