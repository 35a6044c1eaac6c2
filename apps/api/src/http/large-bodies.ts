import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';

/** What a request with a large body does for its turn. */
interface Turn {
  /** Over once the answer is on its way, or the client has gone. */
  readonly over: Promise<void>;
  readonly end: () => void;
}

/** What a body may have without a turn, in bytes: as much as Fastify lets any other route have. */
const SMALL_BYTES = 1_048_576;

/**
 * Parses the large bodies of a process one after the other, and the next when the last one is answered: one of 32 MiB
 * takes some 130 MiB until its runs are stored, and seven at once ended a process with a heap of 500 MiB. The others wait as
 * the bytes that they came as, outside of the heap. Before any route is made.
 */
export class LargeBodies {
  readonly #turns = new WeakMap<FastifyRequest, Turn>();
  #last: Promise<void> = Promise.resolve();

  constructor(fastify: FastifyInstance) {
    const parse = fastify.getDefaultJsonParser('error', 'error');
    fastify.removeContentTypeParser('application/json');
    fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
      const turn = this.#turns.get(request);
      if (turn === undefined || body.length <= SMALL_BYTES) return parse(request, body.toString(), done);
      const before = this.#last;
      this.#last = before.then(() => turn.over);
      void before.then(() => parse(request, body.toString(), done));
    });
  }

  /** Lets the large bodies of a route take turns. */
  apply(route: RouteOptions): void {
    route.preParsing = (request, reply, payload, done) => {
      let end = () => undefined as void;
      const over = new Promise<void>((resolve) => (end = resolve));
      this.#turns.set(request, { over, end });
      reply.raw.once('close', end);
      done(null, payload);
    };
    route.onSend = (request, _reply, payload, done) => {
      this.#turns.get(request)?.end();
      done(null, payload);
    };
  }
}
