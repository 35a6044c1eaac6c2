import type { ReactNode } from 'react';
import type { Stats } from '../api/contracts.js';
import { formatDuration } from '../kit/durations.js';
import { formatCount, formatShare, formatShort, plural } from '../kit/quantities.js';

const sum = <Item,>(items: readonly Item[], count: (item: Item) => number) =>
  items.reduce((total, item) => total + count(item), 0);

/** The figures one looks at first. */
export function Headlines({ stats, window }: { readonly stats: Stats; readonly window: string }) {
  const { tasks, queues, workers, feeds } = stats;
  const failed = sum(tasks, (task) => task.failed);
  const ended = sum(tasks, (task) => task.succeeded + task.failed + task.cancelled);
  const judged = ended - sum(tasks, (task) => task.cancelled);
  const queued = sum(queues, (queue) => queue.queued);
  const oldest = Math.max(0, ...queues.map(({ oldestQueuedMs }) => oldestQueuedMs));
  const rows = sum(feeds, (feed) => feed.rows);
  const files = sum(feeds, (feed) => sum(Object.values(feed.files), (count) => count ?? 0));
  const active = sum(queues, ({ running, waiting }) => running + waiting);
  return (
    <dl className="headlines">
      <Headline name="Runs ended" value={formatCount(ended)}>
        {ended === 0 ? `in the last ${window}` : perSecond(sum(tasks, (task) => task.perSecond))}
      </Headline>
      <Headline name="Failed" value={formatCount(failed)} isBad={failed > 0}>
        {judged === 0 ? 'nothing to judge by' : `${formatShare(failed / judged)} of what ended`}
      </Headline>
      <Headline name="In the queue" value={`${formatCount(queued)}${stats.complete ? '' : '+'}`}>
        {oldest === 0 ? 'nothing waits' : `oldest waits ${formatDuration(oldest)}`}
      </Headline>
      <Headline name="At work" value={formatCount(active)}>
        running or waiting
      </Headline>
      <Headline name="Workers" value={formatCount(workers.length)} isBad={workers.length === 0}>
        {workers.length === 0 ? 'start one: nothing is taken' : 'alive'}
      </Headline>
      <Headline name="Rows loaded" value={formatShort(rows)}>
        from {plural(files, 'file')}
      </Headline>
    </dl>
  );
}

interface HeadlineProps {
  readonly name: string;
  readonly value: string;
  readonly isBad?: boolean;
  readonly children: ReactNode;
}

function Headline({ name, value, isBad = false, children }: HeadlineProps) {
  return (
    <div className="card headline" data-bad={isBad || undefined}>
      <dt>{name}</dt>
      <dd className="headline-value numbers">{value}</dd>
      <dd className="headline-about numbers">{children}</dd>
    </div>
  );
}

/** A rate in the unit that gives a number of one digit or more. */
export function perSecond(rate: number): string {
  if (rate === 0) return 'none';
  if (rate >= 0.95) return `${formatShort(rate)} a second`;
  return rate * 60 >= 0.95 ? `${formatShort(rate * 60)} a minute` : `${formatShort(rate * 3_600)} an hour`;
}
