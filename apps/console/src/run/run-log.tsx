import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { RunLogLine } from '../api/contracts.js';
import { MAX_LINES, useRunLog } from '../api/logs.js';
import { CopyButton } from '../kit/copy-button.js';
import { EmptyState } from '../kit/empty-state.js';
import { ProblemNote } from '../kit/problem-note.js';
import { formatCount, plural } from '../kit/quantities.js';
import { SearchField } from '../kit/search-field.js';
import { SelectField } from '../kit/select-field.js';
import { Skeleton } from '../kit/skeleton.js';
import './run-log.css';

const LEVELS = [
  ['debug', 'All levels'],
  ['info', 'Info and above'],
  ['warn', 'Warnings and errors'],
  ['error', 'Errors'],
] as const;
const RANK: Readonly<Record<RunLogLine['level'], number>> = { debug: 0, info: 1, warn: 2, error: 3 };
const LINE_HEIGHT = 24;

/** What a run logs, as it logs it. It follows the end until one scrolls away from it. */
export function RunLog({ id, isLive }: { readonly id: string; readonly isLive: boolean }) {
  const { data: lines, error, refetch } = useRunLog(id, isLive);
  const [text, setText] = useState('');
  const [level, setLevel] = useState<string>('debug');
  const shown = useMemo(() => (lines ?? []).filter((line) => isWanted(line, text, level)), [lines, text, level]);
  if (lines === undefined) {
    return error === null ? (
      <Skeleton lines={8} height={24} />
    ) : (
      <ProblemNote error={error} onRetry={() => void refetch()} />
    );
  }
  if (lines.length === 0) {
    return (
      <EmptyState title={isLive ? 'Nothing logged yet' : 'Nothing logged'}>
        <p>
          A task logs with <code>ctx.log.info('counted', {'{ files: 3 }'})</code>: its lines stand here as they come.
        </p>
      </EmptyState>
    );
  }
  return (
    <>
      <div className="toolbar">
        <SearchField label="Search the log" value={text} onChange={setText} delay={80} />
        <SelectField label="Level" value={level} options={LEVELS} onChange={setLevel} />
        <span className="faint numbers" role="status">
          {shown.length === lines.length
            ? plural(lines.length, 'line')
            : `${formatCount(shown.length)} of ${plural(lines.length, 'line')}`}
          {lines.length >= MAX_LINES && '; the rest is in task_instances and at /runs/ID/logs'}
        </span>
        <CopyButton what="these lines" text={() => shown.map(toText).join('\n')} />
      </div>
      <Lines lines={shown} text={text} isLive={isLive} />
    </>
  );
}

function Lines({
  lines,
  text,
  isLive,
}: {
  readonly lines: readonly RunLogLine[];
  readonly text: string;
  readonly isLive: boolean;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(isLive);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  useEffect(() => {
    if (isFollowing && lines.length > 0) rows.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [isFollowing, lines.length, rows]);

  return (
    <div
      ref={frame}
      className="log"
      tabIndex={0}
      role="log"
      aria-label="Lines of the log"
      aria-live="off"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
        setFollowing(isLive && scrollHeight - scrollTop - clientHeight < LINE_HEIGHT)
      }
    >
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const line = lines[index];
          return (
            line !== undefined && (
              <div
                key={line.n}
                ref={rows.measureElement}
                data-index={index}
                className="log-line"
                data-level={line.level}
                style={{ transform: `translateY(${start}px)` }}
              >
                <time dateTime={line.at} title={line.at}>
                  {line.at.slice(11, 23)}
                </time>
                <span className="log-level">{line.level}</span>
                <span className="log-attempt" title={`Attempt ${line.attempt}`}>
                  #{line.attempt}
                </span>
                <span className="log-message">
                  <Marked text={line.message} wanted={text} />
                  {hasFields(line.fields) && (
                    <span className="log-fields">
                      {' '}
                      <Marked text={JSON.stringify(line.fields)} wanted={text} />
                    </span>
                  )}
                </span>
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

/** A text with what is searched for marked in it. */
function Marked({ text, wanted }: { readonly text: string; readonly wanted: string }) {
  if (wanted === '') return text;
  const at = text.toLowerCase().indexOf(wanted.toLowerCase());
  if (at === -1) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + wanted.length)}</mark>
      <Marked text={text.slice(at + wanted.length)} wanted={wanted} />
    </>
  );
}

function hasFields(fields: unknown): boolean {
  return fields !== null && fields !== undefined;
}

function isWanted(line: RunLogLine, text: string, level: string): boolean {
  if (RANK[line.level] < RANK[level as RunLogLine['level']]) return false;
  return text === '' || toText(line).toLowerCase().includes(text.toLowerCase());
}

function toText({ at, level, message, fields }: RunLogLine): string {
  return `${at} ${level} ${message}${hasFields(fields) ? ` ${JSON.stringify(fields)}` : ''}`;
}
