import { silentLogger } from '@millrace/telemetry';
import { describe, expect, it } from 'vitest';
import { eachGuarded } from './each-guarded.js';

describe('eachGuarded', () => {
  it('mends each item once, 20 at a time, and counts past those that fail', async () => {
    const items = Array.from({ length: 100 }, (_, index) => index);
    const tried: number[] = [];
    let [underWay, most] = [0, 0];

    const mended = await eachGuarded(items, silentLogger, async (item) => {
      tried.push(item);
      most = Math.max(most, (underWay += 1));
      await Promise.resolve();
      underWay -= 1;
      if (item % 10 === 0) throw new Error('this one cannot be mended');
    });

    expect(tried.sort((a, b) => a - b)).toEqual(items);
    expect(most).toBe(20);
    expect(mended).toBe(90);
  });
});
