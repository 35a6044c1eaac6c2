import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../problems/problem.errors.js';
import { Seats } from './seats.js';

const STREAMED = 'streamedBody';
const BYTES = 'application/octet-stream';

/**
 * Gives one route its body as a stream of bytes, of any size: the route counts them.
 * @param atOnce requests of the route that a process deals with at once; others are refused before their body is read
 */
export function StreamedBody({ atOnce }: { readonly atOnce: number }): MethodDecorator {
  return RouteConfig({ [STREAMED]: atOnce });
}

/** Makes Fastify hand bytes to the routes that have declared it, and to no other, nor JSON to them. Before any route is made. */
export function takeStreamedBodies(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(BYTES, (_request, payload, done) => done(null, payload));
  const seatsOfRoutes = new Map<string, Seats>();
  fastify.addHook('onRoute', ({ method, url, config }) => {
    const atOnce = (config as Record<string, unknown> | undefined)?.[STREAMED];
    if (typeof atOnce === 'number') seatsOfRoutes.set(`${String(method)} ${url}`, new Seats(atOnce, 'such files'));
  });
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    const seats = seatsOfRoutes.get(`${request.method} ${request.routeOptions.url ?? ''}`);
    const bytes = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() === BYTES;
    const streamed = seats !== undefined;
    const refusal = streamed === bytes ? seats?.take(request, reply) : unsupported(streamed);
    if (refusal === undefined) done(null, payload);
    else done(refusal);
  });
}

function unsupported(streamed: boolean): ProblemError {
  const wanted = streamed ? BYTES : 'application/json';
  return new ProblemError('MR_CONTENT_TYPE_UNSUPPORTED', `Send "Content-Type: ${wanted}".`);
}
