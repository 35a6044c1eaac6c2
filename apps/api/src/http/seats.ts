import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../problems/problem.errors.js';

/** A sender of whom nothing comes for as long has gone, though nobody has said so. */
const IDLE_MS = 60_000;

/** Places for requests that cost memory, a connection or a descriptor each: who finds none is told to come again. */
export class Seats {
  #taken = 0;

  /**
   * @param most how many there are
   * @param what the requests carry, in words, for who finds none
   * @param idleMs without a byte of the body, after which its connection is closed
   */
  constructor(
    private readonly most: number,
    private readonly what: string,
    private readonly idleMs = IDLE_MS,
  ) {}

  /** Seats a request until its answer has gone, or its client. @returns why it has no seat, if it has none */
  take({ raw }: FastifyRequest, reply: FastifyReply): ProblemError | undefined {
    if (this.#taken >= this.most) {
      return new ProblemError(
        'MR_BUSY',
        `This process deals with ${String(this.most)} ${this.what} already. Send the request again after the seconds that Retry-After names.`,
      );
    }
    this.#taken += 1;
    let bytes = -1;
    const looking = setInterval(() => {
      if (raw.complete) clearInterval(looking);
      else if (raw.socket.bytesRead === bytes) raw.destroy();
      bytes = raw.socket.bytesRead;
    }, this.idleMs).unref();
    reply.raw.once('close', () => {
      clearInterval(looking);
      this.#taken -= 1;
    });
    return undefined;
  }
}
