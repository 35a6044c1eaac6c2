import { type Completion, defineService, defineTask } from '@millrace/sdk';
import { z } from 'zod';

export const Ledger = defineService<{
  /** Moves the amount and ends the run by the ticket, in one transaction of the run's own database. */
  move(from: string, to: string, cents: number, ticket: Completion): Promise<void>;
}>('ledger');

/** Exactly once: the data and the end of the run are committed together, or neither. */
export const moveBalance = defineTask({
  id: 'move-balance',
  input: z.object({ from: z.string(), to: z.string(), cents: z.int().positive() }),
  result: z.object({ moved: z.int() }),
  uses: { ledger: Ledger },
  async run({ from, to, cents }, ctx) {
    const ticket = ctx.completion({ moved: cents });
    await ctx.services.ledger.move(from, to, cents, ticket);
    return ticket;
  },
});
