import { getHeapStatistics } from 'node:v8';
import { collectGarbage } from './collect-garbage.js';

/** By so much the heap may grow. */
const MOST_GROWTH_BYTES = 12 * 2 ** 20;

/** What is asked of V8. */
interface Heap {
  readonly usedBytes: () => number;
  readonly collect: () => void;
}

const OF_THIS_THREAD: Heap = { usedBytes: () => getHeapStatistics().used_heap_size, collect: collectGarbage };

/** Collects the garbage of a thread when its heap has grown by 12 MiB: V8 waits until there is twice as much as lives. */
export class ThreadGarbage {
  private keptBytes: number;

  constructor(private readonly heap = OF_THIS_THREAD) {
    this.keptBytes = heap.usedBytes();
  }

  /** Looks at it, which takes microseconds. */
  bound(): void {
    const { heap } = this;
    const usedBytes = heap.usedBytes();
    // V8 may have collected meanwhile.
    this.keptBytes = Math.min(this.keptBytes, usedBytes);
    if (usedBytes - this.keptBytes < MOST_GROWTH_BYTES) return;
    heap.collect();
    this.keptBytes = heap.usedBytes();
  }
}
