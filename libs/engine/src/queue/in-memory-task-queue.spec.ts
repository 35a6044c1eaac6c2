import { InMemoryTaskQueue } from './in-memory-task-queue.js';
import { describeTaskQueueContract } from './task-queue.contract.js';

describeTaskQueueContract('InMemoryTaskQueue', {
  flows: false,
  async open(batchSizes) {
    const queue = new InMemoryTaskQueue(batchSizes);
    const stops: (() => Promise<void>)[] = [];
    return {
      queue,
      async work(name, handler) {
        const stop = queue.work(name, handler);
        stops.push(stop);
        return stop;
      },
      lose: async () => queue.lose(),
      async close() {
        await Promise.all(stops.map((stop) => stop()));
      },
    };
  },
});
