import type { FastifyReply } from 'fastify';
import { ProblemError } from '../problems/problem.errors.js';

/** Places for requests that cost memory, a connection or a descriptor each: who finds none is told to come again. */
export class Seats {
  #taken = 0;

  /**
   * @param most how many there are
   * @param what the requests carry, in words, for who finds none
   */
  constructor(
    private readonly most: number,
    private readonly what: string,
  ) {}

  /** Seats a request until its answer has gone, or its client. @returns why it has no seat, if it has none */
  take(reply: FastifyReply): ProblemError | undefined {
    if (this.#taken >= this.most) {
      return new ProblemError(
        'MR_BUSY',
        `This process deals with ${String(this.most)} ${this.what} already. Send the request again after the seconds that Retry-After names.`,
      );
    }
    this.#taken += 1;
    reply.raw.once('close', () => (this.#taken -= 1));
    return undefined;
  }
}
