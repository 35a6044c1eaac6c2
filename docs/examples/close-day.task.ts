import { defineService, defineTask, TaskFailedError } from '@millrace/sdk';
import { z } from 'zod';
import { chargeOrder } from './charge-order.task.js';

export const Orders = defineService<{
  openOrders(day: string): Promise<{ orderId: string; cents: number }[]>;
}>('orders');

export const notifyAccounting = defineTask({
  id: 'notify-accounting',
  input: z.object({ day: z.string(), paid: z.int(), failed: z.array(z.string()) }),
  result: z.null(),
  run: async () => null,
});

/** Charges all orders that are open at the end of a day, each in a run of its own. */
export const closeDay = defineTask({
  id: 'close-day',
  input: z.object({}),
  result: z.object({ day: z.string(), paid: z.int(), failed: z.int() }),
  uses: { orders: Orders },
  async run(_, ctx) {
    // What varies is a step: its value is recorded, and is the same in every execution and every attempt.
    const day = await ctx.step('today', async () => new Date().toISOString().slice(0, 10));
    const orders = await ctx.step('open orders', () => ctx.services.orders.openOrders(day));
    ctx.log.info('charging', { day, orders: orders.length });

    const outcomes = await ctx.mapSettled(chargeOrder, orders, { key: ({ orderId }) => orderId });
    const paid = outcomes.filter(({ status }) => status === 'succeeded').length;
    const failed = orders.filter((_order, index) => outcomes[index]?.status === 'failed').map(({ orderId }) => orderId);

    await ctx.branch(failed.length === 0 ? 'clean' : 'partial', {
      clean: async () => null,
      partial: () => ctx.invoke(notifyAccounting, { day, paid, failed }),
    });
    return { day, paid, failed: failed.length };
  },
});

/** Charges one order, and takes its failure for an answer. */
export const tryCharge = defineTask({
  id: 'try-charge',
  input: z.object({ orderId: z.string(), cents: z.int() }),
  result: z.string(),
  async run(order, ctx) {
    try {
      const { paid } = await ctx.invoke(chargeOrder, order);
      return `paid ${paid}`;
    } catch (error) {
      if (!(error instanceof TaskFailedError)) throw error;
      return `not paid: ${error.message}`;
    }
  },
});
