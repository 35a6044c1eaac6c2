import type { TaskRegistry } from '@millrace/engine';
import type { FeedRegistry } from '@millrace/ingest';
import type { StatisticsQueries } from '@millrace/postgres';
import { describe, expect, it } from 'vitest';
import { StatsReader } from './stats-reader.js';

describe('statistics', () => {
  it('are counted once for all who ask for a window, and for each window', async () => {
    const since: Date[] = [];
    const statistics = {
      ofTasks: (window: { since: Date }) => Promise.resolve(since.push(window.since) && []),
      queueDepths: () => Promise.resolve({ depths: [], complete: true }),
      liveWorkers: () => Promise.resolve([]),
      ofFeeds: () => Promise.resolve([]),
    } as unknown as StatisticsQueries;
    const tasks = { queues: () => [] } as unknown as TaskRegistry;
    const feeds = { list: () => [] } as unknown as FeedRegistry;
    const reader = new StatsReader(statistics, tasks, feeds);

    const [one, other, week] = await Promise.all(['1h', '1h', '7d'].map((window) => reader.read(window)));
    expect(other).toBe(one);
    expect(since.map((date) => date.toISOString())).toEqual([one?.from, week?.from]);
  });
});
