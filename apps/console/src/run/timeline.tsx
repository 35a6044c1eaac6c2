import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { useLocation } from 'wouter';
import { hasEnded, type ChildRun, type RunDetail } from '../api/contracts.js';
import { useNow } from '../kit/clock.js';
import { formatSpan } from '../kit/durations.js';
import { ProblemNote } from '../kit/problem-note.js';
import { percentAt, ticks, timeScale, type TimeScale } from './time-scale.js';
import { useChildrenInSight, useTimelineRows } from './timeline-data.js';
import { leaveFromLine, lineLeftFrom } from './line-left.js';
import { moveOf } from './timeline-keys.js';
import { RootLine, TimelineLine } from './timeline-line.js';
import type { TimelineRow } from './timeline-rows.js';
import './timeline.css';

const LINE_HEIGHT = 32;
const LINES_IN_SIGHT = 20;
const LINES_BEYOND_SIGHT = 6;
/** Lines that are drawn at most. One that scrolls out becomes one that scrolls in, and all others stay as they are. */
const SLOTS = LINES_IN_SIGHT + 1 + 2 * LINES_BEYOND_SIGHT;
/** Until the frame has been measured: its lines are drawn with it, and not after it. */
const FRAME_AT_FIRST = { width: 0, height: LINES_IN_SIGHT * LINE_HEIGHT };

/**
 * The run, its calls and their children over time. Only what is in sight is read and drawn, so that ten thousand
 * children scroll as ten do. One tab stop: the keys move within.
 */
export function Timeline({ run }: { readonly run: RunDetail }) {
  const isLive = !hasEnded(run.state);
  const now = useNow(!isLive);
  const end = run.finishedAt === null ? now : Date.parse(run.finishedAt);
  const scale = useMemo(() => timeScale(Date.parse(run.createdAt), end), [run.createdAt, end]);
  const { rows, error, toggleCall, toggleChild } = useTimelineRows(run.id, isLive);
  const frame = useRef<HTMLDivElement>(null);
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize,
    initialRect: FRAME_AT_FIRST,
    overscan: LINES_BEYOND_SIGHT,
  });
  const inSight = lines.getVirtualItems().flatMap(({ index, start }) => {
    const row = rows.at(index);
    return row === undefined ? [] : [{ row, index, start, slot: index % SLOTS }];
  });
  const isFlyingBy = useFlyingBy(inSight[0]?.index ?? 0) && lines.isScrolling;
  const childAt = useChildrenInSight(
    inSight.map(({ row }) => row),
    { isLive, isFlyingBy },
  );
  const [left] = useState(() => rows.indexOf(lineLeftFrom() ?? ''));
  const [active, setActive] = useState(Math.max(0, left));
  useEffect(() => {
    if (left === -1) return;
    lines.scrollToIndex(left);
    frame.current?.focus({ preventScroll: true });
  }, [left, lines]);
  const [, navigate] = useLocation();

  const toggle = useCallback(
    (row: TimelineRow, child: ChildRun | undefined) => {
      if (row.kind === 'call') toggleCall(row.key);
      if (row.kind === 'child' && child !== undefined) toggleChild(row.key, child.id);
    },
    [toggleCall, toggleChild],
  );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const row = rows.at(active);
    const child = row?.kind === 'child' ? childAt(row.place) : undefined;
    const move = moveOf(event.key, { rows, active, child });
    if (move === undefined) return;
    event.preventDefault();
    if ('open' in move) {
      if (row !== undefined) leaveFromLine(row.key);
      navigate(`/runs/${move.open}`);
    } else if ('toggle' in move) toggle(move.toggle, child);
    else {
      setActive(move.to);
      lines.scrollToIndex(move.to);
    }
  };

  // One listener for all lines: a `Link` each costs more than the rest of the line.
  const onClick = (event: MouseEvent) => {
    const link = (event.target as Element).closest('a');
    if (link === null || event.button !== 0) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const row = rows.at(Number(link.closest<HTMLElement>('[data-index]')?.dataset.index));
    if (row !== undefined) leaveFromLine(row.key);
    navigate(link.pathname);
  };

  if (error !== null && rows.at(0)?.kind === 'note') return <ProblemNote error={error} />;
  return (
    <div className="timeline">
      <Axis scale={scale} />
      <RootLine run={run} scale={scale} />
      <div
        ref={frame}
        className="timeline-frame"
        role="tree"
        tabIndex={0}
        aria-label="Calls and children"
        aria-activedescendant={rows.at(active) === undefined ? undefined : `line-${active}`}
        onKeyDown={onKeyDown}
        onClick={onClick}
        style={{ height: Math.min(rows.length * LINE_HEIGHT + 2, LINES_IN_SIGHT * LINE_HEIGHT) }}
      >
        <div className="timeline-lines" style={{ height: lines.getTotalSize() }}>
          {inSight.map(({ row, index, start, slot }) => (
            <TimelineLine
              key={slot}
              index={index}
              row={row}
              child={row.kind === 'child' ? childAt(row.place) : undefined}
              scale={scale}
              start={start}
              isActive={index === active}
              onToggle={toggle}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

const Axis = memo(function Axis({ scale }: { readonly scale: TimeScale }) {
  return (
    <div className="timeline-axis" aria-hidden>
      <span className="timeline-name">Run, calls, children</span>
      <span className="timeline-track">
        {ticks(scale, 6).map((offset) => (
          <span key={offset} className="timeline-tick" style={{ left: `${percentAt(scale, scale.from + offset)}%` }}>
            {offset === 0 ? '0' : formatSpan(offset)}
          </span>
        ))}
      </span>
      <span className="timeline-took">Took</span>
    </div>
  );
});

/** The same between renders: a new one would have every line measured again. */
function estimateSize(): number {
  return LINE_HEIGHT;
}

/** Whether the lines have gone by faster than a screen a frame: nobody reads those, and none of them is to be fetched. */
function useFlyingBy(first: number): boolean {
  const last = useRef({ first, isFar: false });
  // What draws them again where they stand tells nothing new.
  const isFar =
    first === last.current.first ? last.current.isFar : Math.abs(first - last.current.first) > LINES_IN_SIGHT;
  useEffect(() => {
    last.current = { first, isFar };
  });
  return isFar;
}
