import { RotateCcw, Play, Square } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import { hasEnded, type RunDetail } from '../api/contracts.js';
import { useCancelRun, useRetryRun } from '../api/runs.js';
import { PageHead } from '../app/page-head.js';
import { Button } from '../kit/button.js';
import { CopyButton } from '../kit/copy-button.js';
import { Facts } from '../kit/facts.js';
import { StateMark } from '../kit/state-mark.js';
import { Ago, Elapsed } from '../kit/times.js';
import { sayFailure } from '../kit/toasts.js';
import { RunTags } from '../runs/run-tags.js';
import { shortId } from '../kit/short-id.js';
import { ChildProgress, OwnProgress } from './progress.js';

/** With its form, which few who look at a run need. */
const RunAgain = lazy(() => import('./run-again.js').then(({ RunAgain }) => ({ default: RunAgain })));

/** State, times and what can be done: the same on every tab. */
export function RunHead({ run }: { readonly run: RunDetail }) {
  const crumbs = [
    { href: '/runs', name: 'Runs' },
    ...(run.rootId !== run.id && run.rootId !== run.parentId
      ? [{ href: `/runs/${run.rootId}`, name: shortId(run.rootId) }]
      : []),
    ...(run.parentId === null ? [] : [{ href: `/runs/${run.parentId}`, name: shortId(run.parentId) }]),
  ];
  const worker = run.attempts.at(-1)?.workerId ?? null;
  return (
    <>
      <PageHead
        name={`${run.task} ${run.state}`}
        crumbs={crumbs}
        title={
          <span className="run-title">
            <Link href={`/tasks/${encodeURIComponent(run.task)}`} className="run-task">
              {run.task}
            </Link>
            <span className="run-state" role="status">
              <StateMark state={run.state} size={17} />
            </span>
          </span>
        }
        about={
          <span className="run-id">
            <span className="mono">{run.id}</span>
            <CopyButton text={run.id} what="the run’s id" />
          </span>
        }
      >
        <Actions run={run} />
      </PageHead>
      <div className="run-facts">
        <Facts
          facts={[
            ['Created', <Ago key="created" at={run.createdAt} />],
            ['Queued for', <Elapsed key="queued" from={run.createdAt} to={run.startedAt ?? run.finishedAt} />],
            ['Took', <Elapsed key="took" from={run.startedAt} to={run.finishedAt} />],
            ['Attempt', `${run.attempt} of ${run.maxAttempts}`],
            ['Started by', run.trigger],
            ['Queue', run.queue],
            ...(run.tags.length === 0
              ? []
              : [
                  [
                    'Tags',
                    <span key="tags" className="run-tags">
                      <RunTags tags={run.tags} />
                    </span>,
                  ] as const,
                ]),
            ...(worker === null
              ? []
              : [
                  [
                    'Worker',
                    <span key="worker" className="mono">
                      {shortId(worker)}
                    </span>,
                  ] as const,
                ]),
          ]}
        />
        {run.progress !== null && !hasEnded(run.state) && <OwnProgress progress={run.progress} />}
        {run.children.total > 0 && <ChildProgress runId={run.id} counts={run.children} />}
      </div>
      {run.error !== null && (
        <div className="run-error" role="group" aria-label="Error">
          <strong>{run.error.code}</strong>
          <p>{run.error.message}</p>
        </div>
      )}
    </>
  );
}

function Actions({ run }: { readonly run: RunDetail }) {
  const cancel = useCancelRun(run.id);
  const retry = useRetryRun(run.id);
  const [isAgain, setAgain] = useState(false);
  return (
    <>
      {!hasEnded(run.state) && (
        <Button
          variant="danger"
          isBusy={cancel.isPending}
          onClick={() =>
            cancel.mutate(undefined, { onError: (error) => sayFailure('The run was not cancelled', error) })
          }
        >
          <Square size={13} aria-hidden /> Cancel
        </Button>
      )}
      {(run.state === 'failed' || run.state === 'cancelled') && (
        <Button
          variant="primary"
          title="Runs again only what failed or was cancelled"
          isBusy={retry.isPending}
          onClick={() => retry.mutate(undefined, { onError: (error) => sayFailure('The run was not retried', error) })}
        >
          <RotateCcw size={14} aria-hidden /> Retry what failed
        </Button>
      )}
      <Button onClick={() => setAgain(true)}>
        <Play size={13} aria-hidden /> Run again
      </Button>
      {isAgain && (
        <Suspense fallback={null}>
          <RunAgain run={run} onClose={() => setAgain(false)} />
        </Suspense>
      )}
    </>
  );
}
