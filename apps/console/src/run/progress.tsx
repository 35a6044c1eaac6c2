import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { RunCall, RunDetail, RunState } from '../api/contracts.js';
import { formatCount, formatShare, plural } from '../kit/quantities.js';

/** How far the task says it is. */
export function OwnProgress({ progress }: { readonly progress: NonNullable<RunDetail['progress']> }) {
  const percent = Math.round(progress.fraction * 100);
  return (
    <div className="progress">
      <div className="progress-bar" role="progressbar" aria-label="Progress" aria-valuenow={percent}>
        <span style={{ width: `${percent}%`, background: 'var(--running-fill)' }} />
      </div>
      <p className="progress-text">
        <span className="numbers">{formatShare(progress.fraction)}</span> {progress.note}
      </p>
    </div>
  );
}

type Counts = RunCall['children'];

interface ChildProgressProps {
  /** The run whose children they are. */
  readonly runId: string;
  readonly counts: Counts;
}

/** Children by how they ended, as one bar; each count is the way to those it counts. */
export function ChildProgress({ runId, counts }: ChildProgressProps) {
  const { total, succeeded, unsuccessful, unfinished } = counts;
  return (
    <div className="progress">
      <CountsBar counts={counts} />
      <p className="progress-text">
        <Children of={runId}>{plural(total, 'child', 'children')}</Children>
        {' · '}
        <Children of={runId} states={['succeeded']}>
          {formatCount(succeeded)} succeeded
        </Children>
        {unsuccessful > 0 && (
          <>
            {' · '}
            <Children of={runId} states={['failed', 'cancelled']}>
              <span className="progress-failed">{formatCount(unsuccessful)} failed or cancelled</span>
            </Children>
          </>
        )}
        {unfinished > 0 && (
          <>
            {' · '}
            <Children of={runId} states={['queued', 'running', 'waiting']}>
              {formatCount(unfinished)} to go
            </Children>
          </>
        )}
      </p>
    </div>
  );
}

interface ChildrenProps {
  readonly of: string;
  /** @default all */
  readonly states?: readonly RunState[];
  readonly children: ReactNode;
}

function Children({ of, states = [], children }: ChildrenProps) {
  const query = new URLSearchParams({ parent: of, ...(states.length > 0 && { state: states.join(',') }) });
  return (
    <Link href={`/runs?${query}`} className="progress-count numbers">
      {children}
    </Link>
  );
}

/** The bar alone. It says nothing to those who do not see it: the counts stand beside it. */
export function CountsBar({ counts: { total, succeeded, unsuccessful } }: { readonly counts: Counts }) {
  const share = (count: number) => `${total === 0 ? 0 : (count / total) * 100}%`;
  return (
    <div className="progress-bar" aria-hidden>
      <span style={{ width: share(succeeded), background: 'var(--succeeded-fill)' }} />
      <span style={{ width: share(unsuccessful), background: 'var(--failed-fill)' }} />
    </div>
  );
}
