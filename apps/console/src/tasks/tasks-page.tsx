import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { TaskStats } from '../api/contracts.js';
import { statsQuery } from '../api/stats.js';
import { tasksQuery } from '../api/tasks.js';
import { PageHead } from '../app/page-head.js';
import { EmptyState } from '../kit/empty-state.js';
import { ProblemNote } from '../kit/problem-note.js';
import { formatCount, plural } from '../kit/quantities.js';
import { SearchField } from '../kit/search-field.js';
import { Skeleton } from '../kit/skeleton.js';
import './tasks.css';

/** The catalogue: what can be run here. */
export function TasksPage() {
  const { data: tasks, error, refetch } = useQuery(tasksQuery);
  const lastDay = useQuery(statsQuery('24h'));
  const [text, setText] = useState('');
  const shown = useMemo(
    () =>
      (tasks ?? []).filter(({ id, description }) => `${id} ${description}`.toLowerCase().includes(text.toLowerCase())),
    [tasks, text],
  );
  return (
    <>
      <PageHead name="Tasks" about="What can be run here. Choose one to start it." />
      <div className="toolbar">
        <SearchField label="Find a task" value={text} onChange={setText} delay={0} />
      </div>
      {error !== null && tasks === undefined ? (
        <ProblemNote error={error} onRetry={() => void refetch()} />
      ) : tasks === undefined ? (
        <Skeleton lines={6} height={76} />
      ) : shown.length === 0 ? (
        <EmptyState title={tasks.length === 0 ? 'No task yet' : 'No task is called that'}>
          <p>
            Put a file into <code>tasks/</code> that exports one made with <code>defineTask</code>, and start again.
          </p>
        </EmptyState>
      ) : (
        <ul className="task-list">
          {shown.map(({ id, description, queue }) => (
            <li key={id} className="card task-card">
              <Link href={`/tasks/${encodeURIComponent(id)}`} className="task-link" data-row>
                {id}
              </Link>
              <p className="task-about">{description ?? 'It has no description.'}</p>
              <p className="task-foot numbers">
                <span>queue {queue}</span>
                <LastDay stats={lastDay.data?.tasks.find(({ task }) => task === id)} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** How a task did; nothing where it did not run. */
function LastDay({ stats }: { readonly stats: TaskStats | undefined }) {
  const ended = stats === undefined ? 0 : stats.succeeded + stats.failed + stats.cancelled;
  if (stats === undefined || ended === 0) return null;
  return (
    <span>
      {plural(ended, 'run')} in 24 h
      {stats.failed > 0 && <span className="task-failed">, {formatCount(stats.failed)} failed</span>}
    </span>
  );
}
