import { setImmediate as nextTurn } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { GroupWriter } from './group-writer.js';

function databaseError(code: string): DatabaseError {
  return Object.assign(new DatabaseError(code, 0, 'error'), { code });
}

describe('GroupWriter', () => {
  it('takes what arrived during one write as the next batch', async () => {
    const batches: number[][] = [];
    const writer = new GroupWriter<number, number>(async (items) => {
      batches.push([...items]);
      // The first write is under way while the others arrive.
      if (batches.length === 1) late.push(writer.submit(3), writer.submit(4));
      return items.map((item) => item * 10);
    });
    const late: Promise<number>[] = [];
    expect(await Promise.all([writer.submit(1), writer.submit(2)])).toEqual([10, 20]);
    expect(await Promise.all(late)).toEqual([30, 40]);
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('takes together what arrives in one turn of the event loop', async () => {
    const batches: number[][] = [];
    const writer = new GroupWriter<number, number>(async (items) => {
      batches.push([...items]);
      return items;
    });
    // As answers of two connections do that came at the same time.
    const answers = [1, 2].map((item) => Promise.resolve().then(() => writer.submit(item)));
    process.nextTick(() => answers.push(writer.submit(3)));
    await nextTurn();
    await Promise.all(answers);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('bounds a batch by items and by bytes, and lets a larger item go alone', async () => {
    const batches: number[][] = [];
    const write = async (items: readonly number[]) => {
      batches.push([...items]);
      return items;
    };
    const byItems = new GroupWriter(write, { maxItems: 2 });
    await Promise.all([1, 2, 3].map((item) => byItems.submit(item)));
    const byBytes = new GroupWriter(write, { maxBytes: 10, sizeOf: (item: number) => item });
    await Promise.all([4, 6, 1, 50, 2].map((item) => byBytes.submit(item)));
    expect(batches).toEqual([[1, 2], [3], [4, 6], [1], [50], [2]]);
  });

  it('repeats a batch that lost a deadlock', async () => {
    let tries = 0;
    const writer = new GroupWriter<number, number>(async (items) => {
      tries += 1;
      if (tries < 3) throw databaseError('40P01');
      return items;
    });
    expect(await writer.submit(1)).toBe(1);
    expect(tries).toBe(3);
  });

  it.each([databaseError('22P02'), new TypeError('no JSON')])(
    'fails only the caller of the bad item: %s',
    async (error) => {
      const writer = new GroupWriter<number, number>(async (items) => {
        if (items.includes(5)) throw error;
        return items;
      });
      const settled = await Promise.allSettled(Array.from({ length: 9 }, (_, item) => writer.submit(item)));
      expect(settled.map(({ status }) => status)).toEqual([
        ...Array<string>(5).fill('fulfilled'),
        'rejected',
        ...Array<string>(3).fill('fulfilled'),
      ]);
    },
  );

  it('sends a batch again, and says so, when the connection broke', async () => {
    const sent: boolean[] = [];
    const writer = new GroupWriter<number, number>(async (items, again) => {
      sent.push(again);
      if (sent.length < 3) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      return items;
    });
    expect(await writer.submit(1)).toBe(1);
    expect(sent).toEqual([false, true, true]);
  });

  it('says so of the halves too, when the batch was refused after the connection broke', async () => {
    const sent: [number[], boolean][] = [];
    const faults = [Object.assign(new Error('reset'), { code: 'ECONNRESET' }), databaseError('42501')];
    const writer = new GroupWriter<number, number>(async (items, again) => {
      sent.push([[...items], again]);
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
      return items;
    });
    expect(await Promise.all([writer.submit(1), writer.submit(2)])).toEqual([1, 2]);
    expect(sent).toEqual([
      [[1, 2], false],
      [[1, 2], true],
      [[1], true],
      [[2], true],
    ]);
  });

  it('gives up a batch once its patience is over', async () => {
    let away = true;
    const write = async (items: readonly number[]) => {
      if (away) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      return items;
    };
    const writer = new GroupWriter<number, number>(write, { patienceMs: 0 });
    await expect(writer.submit(1)).rejects.toThrow('refused');
    away = false;
    expect(await writer.submit(2)).toBe(2);
  });
});
