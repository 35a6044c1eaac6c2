import type { Delivery } from '@millrace/runs';
import { describe, expect, it } from 'vitest';
import { AddLane } from './add-lane.js';

describe('an AddLane', () => {
  it('adds at once, and what came meanwhile together afterwards', async () => {
    const { lane, additions } = aLane();
    const first = lane.submit([aDelivery(1)]);
    await Promise.resolve();
    const others = [2, 3, 4].map((n) => lane.submit([aDelivery(n)]));

    additions[0]?.end();
    await first;
    await expect.poll(() => additions.length).toBe(2);
    additions[1]?.end();
    await Promise.all(others);

    expect(additions.map(({ added }) => added)).toEqual([[1], [2, 3, 4]]);
  });

  it('tells a failure to those it holds, and goes on with the next', async () => {
    const { lane, additions } = aLane();
    const first = lane.submit([aDelivery(1)]);
    await Promise.resolve();
    const second = lane.submit([aDelivery(2)]);

    additions[0]?.end(new Error('no answer'));
    await expect(first).rejects.toThrow('no answer');
    await expect.poll(() => additions.length).toBe(2);
    additions[1]?.end();

    await expect(second).resolves.toBeUndefined();
  });
});

function aLane() {
  const additions: { added: number[]; end: (error?: Error) => void }[] = [];
  const lane = new AddLane(
    (deliveries) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => (error === undefined ? resolve() : reject(error));
        additions.push({ added: deliveries.map(({ delivery }) => delivery), end });
      }),
  );
  return { lane, additions };
}

function aDelivery(delivery: number): Delivery {
  return { runId: 'run', delivery, taskId: 'hello', queue: 'default', priority: 0, dueAt: new Date() };
}
