import { defineService, defineTask, FatalError, SnoozeError } from '@millrace/sdk';
import { z } from 'zod';

export const Payments = defineService<{
  charge(payment: { key: string; cents: number; signal: AbortSignal }): Promise<'paid' | 'declined' | 'busy'>;
}>('payments');

/** Charges an order once, however often its function runs: the payment service keeps one payment for each key. */
export const chargeOrder = defineTask({
  id: 'charge-order',
  input: z.object({ orderId: z.string(), cents: z.int().positive() }),
  result: z.object({ paid: z.int() }),
  uses: { payments: Payments },
  retry: { maxAttempts: 5, initialDelay: '2s', maxDelay: '1m' },
  async run({ orderId, cents }, ctx) {
    const answer = await ctx.services.payments.charge({ key: `order-${orderId}`, cents, signal: ctx.signal });
    if (answer === 'busy') throw new SnoozeError('30s');
    if (answer === 'declined') throw new FatalError(`the payment of order ${orderId} was declined`);
    return { paid: cents };
  },
});
