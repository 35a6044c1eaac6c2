import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { RunDetail } from '../api/contracts.js';
import { hasEnded } from '../api/contracts.js';
import { useRunEvents } from '../api/run-events.js';
import { prefetchRun, runQuery } from '../api/runs.js';
import { ProblemPage } from '../app/problem-page.js';
import { Skeleton } from '../kit/skeleton.js';
import { Tabs } from '../kit/tabs.js';
import { Attempts } from './attempts.js';
import { Documents } from './documents.js';
import { RunHead } from './run-head.js';
import { RunLog } from './run-log.js';
import { Timeline } from './timeline.js';
import './run-page.css';

export function RunPage({ id }: { readonly id: string }) {
  useState(() => prefetchRun(id));
  const held = useQueryClient().getQueryData<RunDetail>(['runs', id]);
  const isTold = useRunEvents(id, held !== undefined && !hasEnded(held.state));
  const { data: run, error, refetch } = useQuery(runQuery(id, isTold));
  const [params, setParams] = useSearchParams();
  if (run === undefined) {
    return error === null ? (
      <Skeleton lines={10} height={48} />
    ) : (
      <ProblemPage error={error} list={{ href: '/runs', name: 'Runs' }} onRetry={() => void refetch()} />
    );
  }
  const isLive = !hasEnded(run.state);
  const tabs = [
    { value: 'timeline', name: 'Timeline', content: <Timeline run={run} /> },
    { value: 'log', name: 'Log', content: <RunLog id={id} isLive={isLive} /> },
    { value: 'data', name: 'Input and result', content: <Documents run={run} /> },
    {
      value: 'attempts',
      name: <>Attempts{run.attempts.length > 1 && <span className="tab-count">{run.attempts.length}</span>}</>,
      content: <Attempts run={run} />,
    },
  ];
  const asked = params.get('tab');
  const shown = tabs.some(({ value }) => value === asked) ? asked : undefined;
  return (
    <>
      <RunHead run={run} />
      <Tabs value={shown ?? firstTab(run)} onChange={(tab) => setParams({ tab }, { replace: true })} tabs={tabs} />
    </>
  );
}

/** A run that invoked nothing has no timeline to speak of: what it gave tells more. */
function firstTab({ children, state }: RunDetail): string {
  return children.total > 0 || state === 'waiting' ? 'timeline' : 'data';
}
