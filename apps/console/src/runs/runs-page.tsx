import { useQuery } from '@tanstack/react-query';
import { ArrowUp } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { RUN_STATES } from '../api/contracts.js';
import { tasksQuery } from '../api/tasks.js';
import { PageHead } from '../app/page-head.js';
import { Button } from '../kit/button.js';
import { EmptyState } from '../kit/empty-state.js';
import { ProblemNote } from '../kit/problem-note.js';
import { plural } from '../kit/quantities.js';
import { SelectField } from '../kit/select-field.js';
import { Skeleton } from '../kit/skeleton.js';
import { StateMark } from '../kit/state-mark.js';
import { ToggleChips } from '../kit/toggle-chips.js';
import { readAddress, toFilter, writeAddress, type RunListAddress, type Span } from './run-filter.js';
import { useRunList } from './run-list.js';
import { RunsTable } from './runs-table.js';
import './runs-page.css';

const STATE_OPTIONS = RUN_STATES.map((state) => ({ value: state, name: <StateMark state={state} size={13} /> }));
const SPAN_OPTIONS = [
  ['', 'Any time'],
  ['15m', 'Last 15 minutes'],
  ['1h', 'Last hour'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
] as const;

export function RunsPage() {
  const [params] = useSearchParams();
  const [, navigate] = useLocation();
  const text = params.toString();
  const address = useMemo(() => readAddress(new URLSearchParams(text)), [text]);
  // A span counts back from when it was chosen, so that the list does not move under one's hands.
  const filter = useMemo(() => toFilter(address, Date.now()), [address]);
  const { page, newer, showNewer } = useRunList(filter);
  const frame = useRef<HTMLDivElement>(null);
  const isInHand = useIsInHand(frame);

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
  const isFiltered = writeAddress({ ...address, cursor: undefined }).size > 0;
  return (
    <>
      <PageHead name="Runs" about="Every run of every task, newest first." />
      <div className="toolbar">
        <TaskChoice value={address.task} onChange={(task) => change({ task })} />
        <SelectField
          label="Created within"
          value={address.span ?? ''}
          options={SPAN_OPTIONS}
          onChange={(span) => change({ span: span === '' ? undefined : (span as Span) })}
        />
        <ToggleChips
          label="State"
          options={STATE_OPTIONS}
          chosen={address.states}
          onChange={(states) => change({ states })}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={address.withChildren}
            onChange={({ target }) => change({ withChildren: target.checked })}
          />
          Children too
        </label>
      </div>
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
          <NoRuns isFiltered={isFiltered} onClear={() => navigate('/runs')} />
        ) : (
          <RunsTable runs={runs} />
        )}
      </div>
      {(address.cursor !== undefined || older !== undefined) && (
        <nav className="table-more" aria-label="Pages of the list">
          {address.cursor === undefined ? <span /> : <Button onClick={() => history.back()}>Newer</Button>}
          {older !== undefined && <Button onClick={() => change({ cursor: older })}>Older</Button>}
        </nav>
      )}
    </>
  );
}

function TaskChoice({
  value,
  onChange,
}: {
  readonly value: string | undefined;
  readonly onChange: (task: string | undefined) => void;
}) {
  const { data: tasks = [] } = useQuery(tasksQuery);
  const names = tasks.map(({ id }) => id);
  // A task that is gone may still have runs.
  if (value !== undefined && !names.includes(value)) names.push(value);
  return (
    <SelectField
      label="Task"
      value={value ?? ''}
      options={[['', 'All tasks'], ...names.map((name) => [name, name] as const)]}
      onChange={(task) => onChange(task === '' ? undefined : task)}
    />
  );
}

function NoRuns({ isFiltered, onClear }: { readonly isFiltered: boolean; readonly onClear: () => void }) {
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

/** Whether somebody points at, or has the focus in, what must not move then; or has scrolled it. */
function useIsInHand(frame: RefObject<HTMLElement | null>): boolean {
  const [isInHand, setInHand] = useState(false);
  useEffect(() => {
    let isPointed = false;
    const look = () => {
      const hasFocus = frame.current?.contains(document.activeElement) === true;
      setInHand(isPointed || hasFocus || window.scrollY > 40);
    };
    const onPointer = ({ target }: PointerEvent) => {
      isPointed = target instanceof Node && frame.current?.contains(target) === true;
      look();
    };
    document.addEventListener('pointerover', onPointer);
    document.addEventListener('focusin', look);
    document.addEventListener('focusout', look);
    window.addEventListener('scroll', look, { passive: true });
    return () => {
      document.removeEventListener('pointerover', onPointer);
      document.removeEventListener('focusin', look);
      document.removeEventListener('focusout', look);
      window.removeEventListener('scroll', look);
    };
  }, [frame]);
  return isInHand;
}
