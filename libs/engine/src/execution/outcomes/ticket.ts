import type { Completion } from '@millrace/sdk';

/** The ticket that `ctx.completion` gives; only the engine makes one. */
export class Ticket implements Completion {
  constructor(
    readonly runId: string,
    readonly epoch: number,
    readonly result: unknown,
  ) {}
}
