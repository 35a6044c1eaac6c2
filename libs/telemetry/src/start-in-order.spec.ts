import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { silentLogger } from './logger.js';
import type { Stop } from './process-lifecycle.js';
import { startInOrder } from './start-in-order.js';

const noting =
  (ended: string[], name: string): Stop =>
  async () =>
    void ended.push(name);

describe('parts that start in order', () => {
  it('end once, the last one first', async () => {
    const ended: string[] = [];
    const stop = await startInOrder(async (stops) => {
      stops.push(noting(ended, 'database'));
      stops.push(noting(ended, 'server'));
    }, silentLogger);
    expect(ended).toEqual([]);
    await stop();
    await stop();
    expect(ended).toEqual(['server', 'database']);
  });

  it('end when one behind them does not start, whose reason is thrown', async () => {
    const ended: string[] = [];
    const starting = startInOrder(async (stops) => {
      stops.push(noting(ended, 'database'));
      throw new Error('the port is taken');
    }, silentLogger);
    await expect(starting).rejects.toThrow('the port is taken');
    expect(ended).toEqual(['database']);
  });

  it('end although one of them does not, which is told of', async () => {
    const ended: string[] = [];
    const lines: string[] = [];
    const stop = await startInOrder(
      async (stops) => {
        stops.push(noting(ended, 'database'));
        stops.push(() => Promise.reject(new Error('no answer')));
      },
      pino({ level: 'error' }, { write: (line) => lines.push(line) }),
    );
    await stop();
    expect(ended).toEqual(['database']);
    expect(lines).toEqual([expect.stringContaining('no answer')]);
  });
});
