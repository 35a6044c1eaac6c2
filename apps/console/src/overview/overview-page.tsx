import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useSearchParams } from 'wouter';
import type { Stats, StatsTimeline } from '../api/contracts.js';
import { useRunFeed } from '../api/run-feed.js';
import { statsQuery, timelineQuery, WINDOWS, type StatsWindow } from '../api/stats.js';
import { PageHead } from '../app/page-head.js';
import { Choice } from '../kit/choice.js';
import { EmptyState } from '../kit/empty-state.js';
import { ProblemNote } from '../kit/problem-note.js';
import { Skeleton } from '../kit/skeleton.js';
import { DepthChart, EndedChart } from './charts.js';
import { Failing } from './failing.js';
import { FeedRates } from './feed-rates.js';
import { Headlines } from './headlines.js';
import { QueueTable } from './queue-table.js';
import { TaskTable } from './task-table.js';
import './overview.css';

/** Milliseconds between two looks at the figures while runs move all the time: each counts what is on its way. */
const LOOK_EVERY_MS = 2_000;

/** How Millrace is doing: at a glance above, by task, queue and feed below. */
export function OverviewPage() {
  const [params, setParams] = useSearchParams();
  const asked = params.get('window');
  const window = WINDOWS.find((known) => known === asked) ?? '1h';
  const stats = useQuery(statsQuery(window));
  const timeline = useQuery(timelineQuery(window));
  const client = useQueryClient();
  // Ends are counted some seconds after they are hinted of: the figures are asked for at intervals besides.
  useRunFeed({
    everyMs: LOOK_EVERY_MS,
    look: () => void client.invalidateQueries({ queryKey: statsQuery(window).queryKey, exact: true }),
  });
  const error = stats.error ?? timeline.error;
  return (
    <>
      <PageHead name="Overview" about="What ran, what waits, what fails.">
        <Choice
          label="Window"
          options={WINDOWS}
          value={window}
          onChange={(next: StatsWindow) => setParams({ window: next }, { replace: true })}
        />
      </PageHead>
      {stats.data !== undefined && timeline.data !== undefined ? (
        <Overview stats={stats.data} timeline={timeline.data} window={window} />
      ) : error !== null ? (
        <ProblemNote error={error} onRetry={() => void Promise.all([stats.refetch(), timeline.refetch()])} />
      ) : (
        <Skeleton lines={12} height={64} />
      )}
    </>
  );
}

interface OverviewProps {
  readonly stats: Stats;
  readonly timeline: StatsTimeline;
  readonly window: StatsWindow;
}

function Overview({ stats, timeline, window }: OverviewProps) {
  return (
    <div className="overview">
      <Headlines stats={stats} window={window} />
      {stats.tasks.length === 0 ? (
        <section className="card">
          <EmptyState title={`Nothing ran in the last ${window}`}>
            <p>
              Start a <Link href="/tasks">task</Link>, drop a file into the inbox, or look through a longer window.
            </p>
          </EmptyState>
        </section>
      ) : (
        <>
          <div className="overview-charts">
            <EndedChart timeline={timeline} />
            <DepthChart timeline={timeline} />
          </div>
          <div className="overview-halves">
            <Failing tasks={stats.tasks} window={window} />
            <FeedRates feeds={stats.feeds} />
          </div>
          <TaskTable tasks={stats.tasks} />
        </>
      )}
      <QueueTable queues={stats.queues} workers={stats.workers} />
    </div>
  );
}
