import { FatalError } from '@millrace/sdk';
import { provide, runBatch, runTask } from '@millrace/sdk/testing';
import { describe, expect, it, vi } from 'vitest';
import { chargeOrder, Payments } from './charge-order.task.js';
import { closeDay, notifyAccounting, Orders, tryCharge } from './close-day.task.js';
import { Ledger, moveBalance } from './move-balance.task.js';
import { Readings, storeReading } from './store-reading.task.js';
import { readSensor, sumReadings } from './sum-readings.task.js';

describe('close-day', () => {
  const services = [
    provide(Orders, {
      openOrders: async () => [
        { orderId: 'a', cents: 100 },
        { orderId: 'b', cents: 200 },
      ],
    }),
  ];

  it('tells accounting which orders could not be charged', async () => {
    const outcome = await runTask(
      closeDay,
      {},
      {
        services,
        children: {
          'charge-order': ({ orderId, cents }: { orderId: string; cents: number }) => {
            if (orderId === 'b') throw new FatalError('declined');
            return { paid: cents };
          },
          'notify-accounting': () => null,
        },
      },
    );
    expect(outcome).toMatchObject({
      status: 'succeeded',
      result: { paid: 1, failed: 1 },
      branches: [{ taken: 'partial', skipped: ['clean'] }],
    });
    expect(outcome.calls.at(-1)).toMatchObject({ task: 'notify-accounting', inputs: [{ paid: 1, failed: ['b'] }] });
  });

  it('runs its children for real, with the services they need', async () => {
    const charge = vi.fn(async () => 'paid' as const);
    const outcome = await runTask(
      closeDay,
      {},
      {
        services: [...services, provide(Payments, { charge })],
        children: { 'charge-order': chargeOrder, 'notify-accounting': notifyAccounting },
      },
    );
    expect(outcome).toMatchObject({ status: 'succeeded', result: { paid: 2, failed: 0 } });
    expect(charge).toHaveBeenCalledTimes(2);
  });
});

describe('charge-order', () => {
  const answering = (answer: 'paid' | 'declined' | 'busy') => ({
    services: [provide(Payments, { charge: async () => answer })],
    attempts: 'policy' as const,
  });
  const order = { orderId: 'a', cents: 100 };

  it('comes again later when payments are busy, and never when they are declined', async () => {
    expect(await runTask(chargeOrder, order, answering('busy'))).toMatchObject({ status: 'snoozed', afterMs: 30_000 });
    expect(await runTask(chargeOrder, order, answering('declined'))).toMatchObject({ status: 'failed', attempts: 1 });
  });

  it('gives the same key whenever it is tried', async () => {
    const keys: string[] = [];
    const charge = async ({ key }: { key: string }) => {
      keys.push(key);
      if (keys.length < 3) throw new Error('no connection');
      return 'paid' as const;
    };
    await runTask(chargeOrder, order, { services: [provide(Payments, { charge })], attempts: 'policy' });
    expect(keys).toEqual(['order-a', 'order-a', 'order-a']);
  });
});

it('try-charge takes a failure for an answer', async () => {
  const children = {
    'charge-order': () => {
      throw new Error('declined');
    },
  };
  expect(await runTask(tryCharge, { orderId: 'a', cents: 1 }, { children })).toMatchObject({
    status: 'succeeded',
    result: expect.stringContaining('not paid') as string,
  });
});

it('sum-readings adds up what was read', async () => {
  expect(await runTask(sumReadings, { sensors: 3 }, { children: { 'read-sensor': readSensor } })).toMatchObject({
    result: { sum: 1.5, failed: 0 },
    progress: [{}, {}, { fraction: 1, note: '3 of 3 readings' }],
  });
});

it('move-balance hands its ledger the ticket that ends the run', async () => {
  const move = vi.fn(async () => undefined);
  const services = [provide(Ledger, { move })];
  expect(await runTask(moveBalance, { from: 'a', to: 'b', cents: 5 }, { services })).toMatchObject({
    status: 'succeeded',
    result: { moved: 5 },
  });
  expect(move).toHaveBeenCalledWith('a', 'b', 5, expect.objectContaining({ result: { moved: 5 } }));
});

describe('store-reading', () => {
  const services = [provide(Readings, { storeAll: async () => new Set([1]) })];

  it('stores the readings that come together at once, and says which could not be', async () => {
    const readings = [1, 2, 3].map((sensor) => ({ sensor, value: 0.5 }));
    expect(await runBatch(storeReading, readings, { services })).toMatchObject([
      { result: { stored: true }, logs: [] },
      { result: { stored: false }, logs: [{ message: 'no such sensor', fields: { sensor: 2 } }] },
      { result: { stored: true } },
    ]);
  });

  it('stores one that comes alone', async () => {
    expect(await runTask(storeReading, { sensor: 1, value: 0.5 }, { services })).toMatchObject({
      result: { stored: false },
    });
  });
});
