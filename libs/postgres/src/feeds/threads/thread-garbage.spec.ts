import { getHeapStatistics } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { ThreadGarbage } from './thread-garbage.js';

const MIB = 2 ** 20;

describe('the garbage of a thread', () => {
  it('is collected when the heap has grown by 12 MiB since the last collection, also of another', () => {
    let usedBytes = 30 * MIB;
    const collected: number[] = [];
    const collect = () => {
      collected.push(usedBytes / MIB);
      usedBytes -= 5 * MIB;
    };
    const garbage = new ThreadGarbage({ usedBytes: () => usedBytes, collect });
    for (const mib of [35, 41, 42, 48, 49, 30, 41, 42]) {
      usedBytes = mib * MIB;
      garbage.bound();
    }
    // 37 are left of 42, and V8 has left 30 by itself.
    expect(collected).toEqual([42, 49, 42]);
  });

  it('is that of this thread', () => {
    const garbage = new ThreadGarbage();
    let some: unknown[] | undefined = Array.from({ length: 1_000_000 }, (_, at) => ({ at }));
    expect(some).toHaveLength(1_000_000);
    some = undefined;
    const before = getHeapStatistics().used_heap_size;
    garbage.bound();
    expect(getHeapStatistics().used_heap_size).toBeLessThan(before - 12 * MIB);
  });
});
