import { describe, expect, it } from 'vitest';
import { ThreadedReading } from './threaded-reading.js';

const READING = {
  ...{ descriptor: 0, feed: 'vehicles-status', file: 'f' },
  signal: new AbortController().signal,
  begin: () => ({ reject: async () => undefined, passed: () => undefined }),
};

describe('a reading by a thread', () => {
  it('gives the memory of rows back that nobody reads any more, once they are written', async () => {
    const events: unknown[] = [];
    const write = async ({ rows }: { readonly rows: number }) => {
      await new Promise((resolve) => setImmediate(resolve));
      events.push(rows);
    };
    const taken = (returned: readonly ArrayBuffer[]) => void events.push(returned.map(({ byteLength }) => byteLength));
    const reading = new ThreadedReading(READING, write, { taken, stop: () => undefined });
    reading.rows({ bytes: new Uint8Array(10), rows: 1, hours: [], isReturnable: true });
    reading.rows({ bytes: new Uint8Array(20), rows: 2, hours: [] });
    reading.rows({ bytes: new Uint8Array(0), latest: new Uint8Array(30), rows: 3, hours: [], isReturnable: true });
    reading.fail(new Error('over'));
    await expect(reading.settled).rejects.toThrow('over');
    expect(events).toEqual([1, [10], 2, [], 3, [30]]);
  });
});
