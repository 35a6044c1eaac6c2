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

  it('end although some of them do not, which is thrown afterwards', async () => {
    const ended: string[] = [];
    const refusing = (message: string) => () => Promise.reject(new Error(message));
    const open = (...others: Stop[]) =>
      startInOrder(async (stops) => void stops.push(noting(ended, 'database'), ...others), silentLogger);
    await expect((await open(refusing('no answer')))()).rejects.toThrow('no answer');
    await expect((await open(refusing('no answer'), refusing('nor here')))()).rejects.toMatchObject({
      errors: [{ message: 'nor here' }, { message: 'no answer' }],
    });
    expect(ended).toEqual(['database', 'database']);
  });

  it('say what did not stop when one behind them does not start', async () => {
    const lines: string[] = [];
    const starting = startInOrder(
      async (stops) => {
        stops.push(() => Promise.reject(new Error('no answer')));
        throw new Error('the port is taken');
      },
      pino({ level: 'error' }, { write: (line) => lines.push(line) }),
    );
    await expect(starting).rejects.toThrow('the port is taken');
    expect(lines).toEqual([expect.stringContaining('no answer')]);
  });
});
