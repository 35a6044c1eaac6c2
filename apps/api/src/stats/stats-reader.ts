import { FileState, type FeedStats, type QueueStats, type Stats, type TaskStats } from '@millrace/contracts';
import { FeedRegistry } from '@millrace/ingest';
import { StatisticsQueries, type FeedStatistic, type LiveWorker } from '@millrace/postgres';
import { TaskRegistry } from '@millrace/engine';
import { Injectable } from '@nestjs/common';
import { RunTally } from './run-tally.js';
import { SharedAnswers } from './shared-answers.js';
import { toWindow, type StatsWindow } from './stats-window.js';

/** Of each window everything is counted once, however many look: each open overview asks every two seconds. */
const SHARED = { lastsMs: 1_000, most: 16 };

/** Reads the statistics of everything, over a window. */
@Injectable()
export class StatsReader {
  readonly #answers = new SharedAnswers<Stats>(SHARED);

  constructor(
    private readonly statistics: StatisticsQueries,
    private readonly tasks: TaskRegistry,
    private readonly feeds: FeedRegistry,
  ) {}

  /** Of a window up to now, as it was at most a second ago. @throws ProblemError MR_QUERY_INVALID */
  async read(window: string): Promise<Stats> {
    const asked = toWindow(window);
    return this.#answers.get(window, () => this.#read(asked));
  }

  async #read(window: StatsWindow): Promise<Stats> {
    const feeds = this.feeds.list().map(({ id }) => id);
    const [ended, { depths, complete }, workers, files] = await Promise.all([
      this.statistics.ofTasks(window),
      this.statistics.queueDepths(),
      this.statistics.liveWorkers(),
      this.statistics.ofFeeds(feeds, window.since),
    ]);
    const byTask = new Tallies<readonly [task: string, queue: string]>();
    const byQueue = new Tallies<readonly [queue: string]>();
    for (const queue of this.tasks.queues()) byQueue.of(queue);
    for (const row of ended) {
      byTask.of(row.taskId, row.queue).addEnded(row);
      byQueue.of(row.queue).addEnded(row);
    }
    for (const depth of depths) {
      byTask.of(depth.taskId, depth.queue).addDepth(depth);
      byQueue.of(depth.queue).addDepth(depth);
    }
    return {
      ...{ from: window.since.toISOString(), to: window.to.toISOString(), complete },
      tasks: byTask
        .all()
        .map(([[task, queue], tally]): TaskStats => ({ task, queue, ...tally.toCounts(window.seconds) })),
      queues: byQueue.all().map(([[queue], tally]): QueueStats => ({
        queue,
        workers: takersOf(queue, workers),
        ...tally.toCounts(window.seconds),
      })),
      workers: workers.map(({ startedAt, queues, ...worker }) => ({
        ...{ ...worker, queues: [...queues], startedAt: startedAt.toISOString() },
      })),
      feeds: feeds.map((feed) => toFeedStats(feed, files, window.seconds)),
    };
  }
}

/** A tally for each key; keys in order. */
class Tallies<Key extends readonly string[]> {
  readonly #tallies = new Map<string, readonly [Key, RunTally]>();

  of(...key: Key): RunTally {
    const name = key.join('\u0000');
    const entry = this.#tallies.get(name) ?? [key, new RunTally()];
    this.#tallies.set(name, entry);
    return entry[1];
  }

  all(): (readonly [Key, RunTally])[] {
    return [...this.#tallies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  }
}

function takersOf(queue: string, workers: readonly LiveWorker[]): number {
  return workers.filter(({ queues }) => queues.includes(queue)).length;
}

function toFeedStats(feed: string, statistics: readonly FeedStatistic[], seconds: number): FeedStats {
  const own = statistics.filter((row) => row.feed === feed);
  const sum = (field: 'bytes' | 'rows' | 'rejects') => own.reduce((total, row) => total + row[field], 0);
  const none = Object.fromEntries(FileState.options.map((state) => [state, 0])) as FeedStats['files'];
  return {
    feed,
    files: { ...none, ...Object.fromEntries(own.map(({ state, files }) => [state, files])) },
    ...{ bytes: sum('bytes'), rows: sum('rows'), rejects: sum('rejects'), rowsPerSecond: sum('rows') / seconds },
  };
}
