import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { Seats } from './seats.js';

/** What a body may have without a turn, in bytes: as much as Fastify lets any other route have. */
const SMALL_BYTES = 1_048_576;
/** Large bodies that arrive, wait or are dealt with at once: a quarter of a gigabyte of the largest there are. */
const MOST_AT_ONCE = 8;

/**
 * Parses the large bodies of a process one after the other, and the next when the last one is answered: one of 32 MiB
 * takes some 130 MiB until its runs are stored, and seven at once ended a process with a heap of 500 MiB. The others wait as
 * the bytes that they came as, outside of the heap, and no longer than their clients do; more than a few are not even read. Before
 * any route is made.
 */
export class LargeBodies {
  /** Has its body dealt with. */
  #current: FastifyRequest | undefined;
  /** What parses each body that waits, in the order in which they came. */
  readonly #waiting = new Map<FastifyRequest, () => void>();
  readonly #seats = new Seats(MOST_AT_ONCE, 'large bodies');

  constructor(fastify: FastifyInstance) {
    const parse = fastify.getDefaultJsonParser('error', 'error');
    fastify.removeContentTypeParser('application/json');
    fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
      if (body.length <= SMALL_BYTES) return parse(request, body.toString(), done);
      this.#waiting.set(request, () => void parse(request, body.toString(), done));
      this.#next();
    });
  }

  /** Lets a route take large bodies, in turn. */
  apply(route: RouteOptions): void {
    route.preParsing = (request, reply, payload, done) => {
      // Only while it waits: a body that was begun with has its memory until it is dealt with, whether its client stays or not.
      reply.raw.once('close', () => this.#waiting.delete(request));
      // Of one that does not say how long it is nobody knows that it is small.
      const bytes = Number(request.headers['content-length'] ?? Infinity);
      const refusal = bytes > SMALL_BYTES ? this.#seats.take(request, reply) : undefined;
      if (refusal === undefined) done(null, payload);
      else done(refusal);
    };
    route.onSend = (request, _reply, payload, done) => {
      if (this.#current === request) {
        this.#current = undefined;
        // First the answer goes out.
        setImmediate(() => this.#next());
      }
      done(null, payload);
    };
  }

  #next(): void {
    const [first] = this.#waiting;
    if (this.#current !== undefined || first === undefined) return;
    const [request, parse] = first;
    this.#waiting.delete(request);
    this.#current = request;
    parse();
  }
}
