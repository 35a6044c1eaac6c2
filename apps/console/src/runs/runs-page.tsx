import { ArrowUp } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import type { RunPage, RunSummary } from '../api/contracts.js';
import { PageHead } from '../app/page-head.js';
import { Button } from '../kit/button.js';
import { EmptyState } from '../kit/empty-state.js';
import { ProblemNote } from '../kit/problem-note.js';
import { formatCount, plural } from '../kit/quantities.js';
import { Ago } from '../kit/times.js';
import { Skeleton } from '../kit/skeleton.js';
import { useIsInHand } from './in-hand.js';
import { readAddress, toFilter, writeAddress, type RunListAddress } from './run-filter.js';
import { useRunList } from './run-list.js';
import { RunsTable } from './runs-table.js';
import { RunsToolbar } from './runs-toolbar.js';
import './runs-page.css';

export function RunsPage() {
  const [params] = useSearchParams();
  const [, navigate] = useLocation();
  const text = params.toString();
  const address = useMemo(() => readAddress(new URLSearchParams(text)), [text]);
  // A span counts back from when it was chosen, so that the list does not move under one's hands.
  const filter = useMemo(() => toFilter(address, Date.now()), [address]);
  const frame = useRef<HTMLDivElement>(null);
  const isInHand = useIsInHand(frame);
  const { page, newer, showNewer } = useRunList(filter, isInHand);

  const change = useCallback(
    (changes: Partial<RunListAddress>) => {
      const next = writeAddress({ ...address, cursor: undefined, ...changes }).toString();
      navigate(next === '' ? '/runs' : `/runs?${next}`, { replace: changes.cursor === undefined });
    },
    [address, navigate],
  );
  const count = newer?.count ?? 0;
  useEffect(() => {
    if (count > 0 && !isInHand) showNewer();
  });

  const runs = page.data?.runs ?? [];
  const older = page.data?.next ?? undefined;
  const isFiltered = writeAddress({ ...address, sort: 'newest', cursor: undefined }).size > 0;
  const [before, behind] = address.sort === 'newest' ? ['Newer', 'Older'] : ['Back', 'More'];
  return (
    <>
      <PageHead name="Runs" about="What people, files and schedules have started." />
      <RunsToolbar address={address} known={tagsOf(runs)} onChange={change} />
      <div className="runs-newer" aria-live="polite">
        {count > 0 && isInHand && (
          <Button variant="primary" onClick={showNewer}>
            <ArrowUp size={14} aria-hidden />
            {newer?.isMore === true ? `More than ${count} newer runs` : plural(count, 'newer run')}
          </Button>
        )}
      </div>
      <div ref={frame}>
        {page.error !== null && page.data === undefined ? (
          <ProblemNote error={page.error} onRetry={() => void page.refetch()} />
        ) : page.isPending ? (
          <div className="table-frame">
            <Skeleton lines={14} height={43} />
          </div>
        ) : runs.length === 0 ? (
          <NoRuns isFiltered={isFiltered} hasMore={older !== undefined} onClear={() => navigate('/runs')} />
        ) : (
          <RunsTable runs={runs} sort={address.sort} onSort={(sort) => change({ sort })} />
        )}
      </div>
      {page.data !== undefined && page.data.window !== null && <Window window={page.data.window} address={address} />}
      {(address.cursor !== undefined || older !== undefined) && (
        <nav className="table-more" tabIndex={-1} aria-label="Pages of the list">
          {address.cursor === undefined ? <span /> : <Button onClick={() => history.back()}>{before}</Button>}
          {older !== undefined && <Button onClick={() => change({ cursor: older })}>{behind}</Button>}
        </nav>
      )}
    </>
  );
}

function tagsOf(runs: readonly RunSummary[]): string[] {
  return [...new Set(runs.flatMap(({ tags }) => tags))].sort();
}

interface WindowProps {
  readonly window: NonNullable<RunPage['window']>;
  readonly address: RunListAddress;
}

/** What the page was chosen from, where that is not all. */
function Window({ window: { runs, since }, address }: WindowProps) {
  const isSorted = address.sort === 'duration' || address.sort === 'queueTime';
  return (
    <p className="runs-window">
      {isSorted ? 'The longest of the newest ' : 'Looked through '}
      {formatCount(runs)} {address.error === undefined ? 'runs' : 'failed runs'}, created since <Ago at={since} />.
    </p>
  );
}

interface NoRunsProps {
  readonly isFiltered: boolean;
  /** Not all that there is was looked through. */
  readonly hasMore: boolean;
  readonly onClear: () => void;
}

function NoRuns({ isFiltered, hasMore, onClear }: NoRunsProps) {
  if (hasMore) {
    return (
      <EmptyState title="No run like that among these">
        <p>There are more to look through: go on below.</p>
      </EmptyState>
    );
  }
  if (isFiltered) {
    return (
      <EmptyState title="No run is like that">
        <p>Widen the time, or take a filter away.</p>
        <Button onClick={onClear}>Show all runs</Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No run yet">
      <p>
        Start one from <Link href="/tasks">Tasks</Link>, drop a file into the inbox, or send it:
      </p>
      <pre>{`curl ${location.origin}/runs -H 'content-type: application/json' \\\n  -d '{"task":"hello","input":{"name":"Ada"}}'`}</pre>
    </EmptyState>
  );
}
