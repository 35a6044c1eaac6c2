import type { RunCall, RunDetail } from '../api/contracts.js';
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

/** Children by how they ended, as one bar. */
export function ChildProgress({ counts }: { readonly counts: Counts }) {
  const { total, succeeded, unsuccessful, unfinished } = counts;
  return (
    <div className="progress">
      <CountsBar counts={counts} />
      <p className="progress-text">
        <span className="numbers">{plural(total, 'child', 'children')}</span>
        {' · '}
        <span className="numbers">{formatCount(succeeded)} succeeded</span>
        {unsuccessful > 0 && (
          <>
            {' · '}
            <span className="numbers progress-failed">{formatCount(unsuccessful)} failed or cancelled</span>
          </>
        )}
        {unfinished > 0 && (
          <>
            {' · '}
            <span className="numbers">{formatCount(unfinished)} to go</span>
          </>
        )}
      </p>
    </div>
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
