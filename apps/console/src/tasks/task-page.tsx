import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { RunSummary, TaskDetail } from '../api/contracts.js';
import { useRunFeed } from '../api/run-feed.js';
import { runsQuery, useStartRun } from '../api/runs.js';
import { taskQuery } from '../api/tasks.js';
import { PageHead } from '../app/page-head.js';
import { ProblemPage } from '../app/problem-page.js';
import { EmptyState } from '../kit/empty-state.js';
import { Facts } from '../kit/facts.js';
import { formatSpan } from '../kit/durations.js';
import { JsonView } from '../kit/json-view.js';
import { Skeleton } from '../kit/skeleton.js';
import { Tabs } from '../kit/tabs.js';
import { RunsTable } from '../runs/runs-table.js';
import { DurationsChart } from './durations-chart.js';
import { InputForm } from './input-form.js';
import './tasks.css';

/** Runs that the chart shows. */
const CHARTED = 200;
const LISTED = 12;

/** One task: start it, see how it has done lately. */
export function TaskPage({ id }: { readonly id: string }) {
  const task = useQuery(taskQuery(id));
  if (task.data === undefined) {
    return task.error === null ? (
      <Skeleton lines={8} height={48} />
    ) : (
      <ProblemPage error={task.error} list={{ href: '/tasks', name: 'Tasks' }} onRetry={() => void task.refetch()} />
    );
  }
  return <KnownTask task={task.data} />;
}

function KnownTask({ task }: { readonly task: TaskDetail }) {
  const client = useQueryClient();
  const isTold = useRunFeed({
    task: task.id,
    look: () => void client.invalidateQueries({ queryKey: ['runs', 'list'] }),
  });
  const recent = useQuery(runsQuery({ task: task.id, limit: CHARTED }, isTold));
  const start = useStartRun();
  const [, navigate] = useLocation();
  const [tab, setTab] = useState('runs');
  const { maxAttempts, initialDelayMs, factor, maxDelayMs } = task.retry;
  return (
    <>
      <PageHead name={task.id} crumbs={[{ href: '/tasks', name: 'Tasks' }]} about={task.description ?? undefined} />
      <div className="task-facts">
        <Facts
          facts={[
            ['Queue', task.queue],
            ['Attempts', maxAttempts],
            [
              'Between attempts',
              maxAttempts === 1
                ? '–'
                : `${formatSpan(initialDelayMs)}, then ${factor} times the last, at most ${formatSpan(maxDelayMs)}`,
            ],
          ]}
        />
      </div>
      <div className="task-page">
        <section className="card" aria-labelledby="start">
          <div className="card-head">
            <h2 id="start">Start a run</h2>
          </div>
          <div className="card-body">
            <InputForm
              schema={task.inputSchema}
              isBusy={start.isPending}
              problem={start.error}
              onSubmit={(input, tags) =>
                start.mutate({ task: task.id, input, tags }, { onSuccess: ({ id }) => navigate(`/runs/${id}`) })
              }
            />
          </div>
        </section>
        <div className="task-side">
          <Tabs
            value={tab}
            onChange={setTab}
            tabs={[
              { value: 'runs', name: 'Recent runs', content: <Recent task={task.id} runs={recent.data?.runs} /> },
              {
                value: 'schemas',
                name: 'Schemas',
                content: (
                  <div className="task-side">
                    <SchemaCard name="Input" schema={task.inputSchema} />
                    <SchemaCard name="Result" schema={task.resultSchema} />
                  </div>
                ),
              },
            ]}
          />
        </div>
      </div>
    </>
  );
}

function Recent({ task, runs }: { readonly task: string; readonly runs: readonly RunSummary[] | undefined }) {
  if (runs === undefined) return <Skeleton lines={8} height={42} />;
  if (runs.length === 0) {
    return (
      <EmptyState title="It has not run yet">
        <p>Start it with the form: its runs and how long they took stand here.</p>
      </EmptyState>
    );
  }
  return (
    <div className="task-side">
      <DurationsChart runs={runs} />
      <RunsTable runs={runs.slice(0, LISTED)} withoutTask />
      {runs.length > LISTED && (
        <p>
          <Link href={`/runs?task=${encodeURIComponent(task)}&children=true`}>All runs of {task}</Link>
        </p>
      )}
    </div>
  );
}

function SchemaCard({ name, schema }: { readonly name: string; readonly schema: object }) {
  return (
    <section className="card" aria-label={`Schema of the ${name.toLowerCase()}`}>
      <div className="card-head">
        <h2>{name}</h2>
      </div>
      <JsonView value={schema} what={`the schema of the ${name.toLowerCase()}`} />
    </section>
  );
}
