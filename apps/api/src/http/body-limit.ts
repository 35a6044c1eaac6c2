import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { LargeBodies } from './large-bodies.js';

const LIMIT = 'bodyLimitBytes';

/** Bytes of a body in general. */
export const BODY_LIMIT_BYTES = 1024 * 1024;

/** Lets one route take larger bodies than the others do; counted while a body arrives. */
export function BodyLimit(bytes: number): MethodDecorator {
  return RouteConfig({ [LIMIT]: bytes });
}

/** Makes Fastify keep the limits that routes have declared, and take what is larger in turn. Before any route is made. */
export function applyBodyLimits(fastify: FastifyInstance): void {
  const largeBodies = new LargeBodies(fastify);
  fastify.addHook('onRoute', (route) => {
    const bytes = (route.config as Record<string, unknown> | undefined)?.[LIMIT];
    if (typeof bytes !== 'number') return;
    route.bodyLimit = bytes;
    largeBodies.apply(route);
  });
}
