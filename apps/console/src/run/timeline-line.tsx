import { ChevronRight, Footprints, GitBranch, Layers2, Rocket, SquareArrowOutUpRight } from 'lucide-react';
import { memo } from 'react';
import type { ChildRun, RunCall, RunSummary } from '../api/contracts.js';
import { between, formatDuration } from '../kit/durations.js';
import { formatCount } from '../kit/quantities.js';
import { StateMark } from '../kit/state-mark.js';
import { shortId } from '../kit/short-id.js';
import { CountsBar } from './progress.js';
import { percentAt, type TimeScale } from './time-scale.js';
import { canUnfold, type TimelineRow } from './timeline-rows.js';

interface TimelineLineProps {
  /** Among the rows. */
  readonly index: number;
  readonly row: TimelineRow;
  /** Of a child row; undefined while it is on its way. */
  readonly child: ChildRun | undefined;
  readonly scale: TimeScale;
  /** Pixels from the top. */
  readonly start: number;
  readonly isActive: boolean;
  readonly onToggle: (row: TimelineRow, child: ChildRun | undefined) => void;
}

/** Pixels of what folds a line, with its gap. */
const FOLD_WIDTH = 24;

/** One line of the timeline, which follows its links. */
export const TimelineLine = memo(function TimelineLine({
  index,
  row,
  child,
  scale,
  start,
  isActive,
  onToggle,
}: TimelineLineProps) {
  const indent = 10 + (row.depth - 1) * 18;
  const common = {
    ...{ id: `line-${index}`, role: 'treeitem', 'aria-level': row.depth, 'aria-selected': isActive },
    ...{ 'data-index': index, 'data-active': isActive || undefined },
  };
  if (row.kind === 'child' && child === undefined) {
    // One element: a screen full of these comes with each frame while one scrolls.
    return (
      <div
        {...common}
        className="timeline-line timeline-pending"
        style={{ top: start, paddingLeft: indent + FOLD_WIDTH }}
      >
        {formatCount(row.place.index)}
      </div>
    );
  }
  return (
    <div
      {...common}
      aria-expanded={canUnfold(row, child) ? row.isOpen : undefined}
      className="timeline-line"
      style={{ top: start }}
    >
      <span className="timeline-name" style={{ paddingLeft: indent }}>
        {canUnfold(row, child) ? (
          <button
            type="button"
            tabIndex={-1}
            className="timeline-fold"
            aria-label={row.isOpen ? 'Fold' : 'Unfold'}
            data-open={row.isOpen || undefined}
            onClick={() => onToggle(row, child)}
          >
            <ChevronRight size={14} aria-hidden />
          </button>
        ) : (
          <span className="timeline-fold" />
        )}
        <Name row={row} child={child} />
      </span>
      <span className="timeline-track">
        {row.kind === 'call' && <CallBar key={row.key} call={row.call} scale={scale} />}
        {child !== undefined && <RunBar run={child} scale={scale} />}
      </span>
      <span className="timeline-took numbers">
        {row.kind === 'call' && took(row.call.openedAt, row.call.doneAt, scale)}
        {child !== undefined && took(child.startedAt, child.finishedAt, scale)}
      </span>
    </div>
  );
});

/** The run itself, above its calls. */
export const RootLine = memo(function RootLine({
  run,
  scale,
}: {
  readonly run: RunSummary;
  readonly scale: TimeScale;
}) {
  return (
    <div className="timeline-line timeline-root">
      <span className="timeline-name" style={{ paddingLeft: 16 }}>
        <StateMark state={run.state} iconOnly />
        <strong className="timeline-title">{run.task}</strong>
      </span>
      <span className="timeline-track">
        <RunBar run={run} scale={scale} />
      </span>
      <span className="timeline-took numbers">{took(run.startedAt, run.finishedAt, scale)}</span>
    </div>
  );
});

function Name({ row, child }: { readonly row: TimelineRow; readonly child: ChildRun | undefined }) {
  switch (row.kind) {
    case 'note':
      return <span className="faint">{row.text}</span>;
    case 'call':
      return <CallName call={row.call} />;
    case 'child':
      if (child === undefined) return null;
      return (
        <>
          <StateMark state={child.state} iconOnly />
          <a href={`/runs/${child.id}`} tabIndex={-1} className="timeline-title">
            {child.key ?? child.task}
          </a>
          <span className="timeline-id timeline-place mono">
            {child.key === null ? `#${child.index}` : shortId(child.id)}
          </span>
          {child.attempt > 1 && <span className="timeline-id timeline-attempt numbers">attempt {child.attempt}</span>}
          {child.state === 'failed' && child.error !== null && (
            <span className="timeline-fault" title={child.error.message}>
              {child.error.message}
            </span>
          )}
        </>
      );
  }
}

const CALL_ICONS = {
  invoke: Rocket,
  map: Layers2,
  'map-settled': Layers2,
  step: Footprints,
  start: SquareArrowOutUpRight,
  branch: GitBranch,
} as const;

function CallName({ call }: { readonly call: RunCall }) {
  const Icon = CALL_ICONS[call.kind];
  return (
    <>
      <Icon size={14} className="timeline-kind" aria-hidden />
      <span className="timeline-title">{call.key ?? call.task ?? call.kind}</span>
      <span className="timeline-id">
        <span className="timeline-call-kind">{call.kind}</span>
        {call.children.total > 1 && <span className="numbers"> × {formatCount(call.children.total)}</span>}
        {call.arms !== null && (
          <>
            {' '}
            took {call.arms.taken}; <s>{call.arms.skipped.join(', ')}</s>
          </>
        )}
      </span>
      {call.error !== null && <span className="timeline-fault">{call.error.message}</span>}
      {call.startedRunId !== null && (
        <a href={`/runs/${call.startedRunId}`} tabIndex={-1} className="mono">
          {shortId(call.startedRunId)}
        </a>
      )}
    </>
  );
}

/** Time in the queue as a line, time at work as a bar. */
function RunBar({ run, scale }: { readonly run: RunSummary; readonly scale: TimeScale }) {
  const end = scale.from + scale.length;
  const created = percentAt(scale, Date.parse(run.createdAt));
  const started = percentAt(scale, run.startedAt === null ? end : Date.parse(run.startedAt));
  const finished = percentAt(scale, run.finishedAt === null ? end : Date.parse(run.finishedAt));
  return (
    <>
      <span className="bar-queue" style={{ left: `${created}%`, width: `${Math.min(started, finished) - created}%` }} />
      {run.startedAt !== null && (
        <span className="bar" data-state={run.state} style={{ left: `${started}%`, width: `${finished - started}%` }} />
      )}
    </>
  );
}

function CallBar({ call, scale }: { readonly call: RunCall; readonly scale: TimeScale }) {
  const from = percentAt(scale, Date.parse(call.openedAt));
  const to = percentAt(scale, call.doneAt === null ? scale.from + scale.length : Date.parse(call.doneAt));
  const place = { left: `${from}%`, width: `${to - from}%` };
  if (call.children.total === 0) {
    const state = call.error !== null ? 'failed' : call.doneAt === null ? 'running' : 'succeeded';
    return <span className="bar bar-step" data-state={state} style={place} />;
  }
  return (
    <span className="bar-call" style={place}>
      <CountsBar counts={call.children} />
    </span>
  );
}

/** A time that goes on is measured to the end of the scale. */
function took(from: string | null, to: string | null, scale: TimeScale): string {
  return from === null ? '' : formatDuration(between(from, to ?? scale.from + scale.length));
}
