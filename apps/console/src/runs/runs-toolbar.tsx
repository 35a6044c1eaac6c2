import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useCallback } from 'react';
import { Link } from 'wouter';
import { RUN_STATES } from '../api/contracts.js';
import { tasksQuery } from '../api/tasks.js';
import { SearchField } from '../kit/search-field.js';
import { SelectField } from '../kit/select-field.js';
import { StateMark } from '../kit/state-mark.js';
import { TagField } from '../kit/tag-field.js';
import { ToggleChips } from '../kit/toggle-chips.js';
import type { RunListAddress, Sort, Span } from './run-filter.js';
import { shortId } from '../kit/short-id.js';

const STATE_OPTIONS = RUN_STATES.map((state) => ({ value: state, name: <StateMark state={state} size={13} /> }));
const SPAN_OPTIONS = [
  ['', 'Any time'],
  ['15m', 'Last 15 minutes'],
  ['1h', 'Last hour'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
] as const;
const SORT_OPTIONS: readonly (readonly [Sort, string])[] = [
  ['newest', 'Newest first'],
  ['oldest', 'Oldest first'],
  ['duration', 'Longest first'],
  ['queueTime', 'Longest queued first'],
];

interface RunsToolbarProps {
  readonly address: RunListAddress;
  /** Tags of the runs that are shown. */
  readonly known: readonly string[];
  readonly onChange: (changes: Partial<RunListAddress>) => void;
}

/** What the list is narrowed to, and how it is sorted. */
export function RunsToolbar({ address, known, onChange }: RunsToolbarProps) {
  const search = useCallback((text: string) => onChange({ error: text === '' ? undefined : text }), [onChange]);
  return (
    <div className="toolbar" tabIndex={-1}>
      <SearchField value={address.error ?? ''} onChange={search} label="Text in the error" maxLength={200} />
      <div className="toolbar-narrowing">
        <TagField label="Tag" tags={address.tags} known={known} onChange={(tags) => onChange({ tags })} />
        <TaskChoice value={address.task} onChange={(task) => onChange({ task })} />
        <SelectField
          label="Created within"
          value={address.span ?? ''}
          options={SPAN_OPTIONS}
          onChange={(span) => onChange({ span: span === '' ? undefined : (span as Span) })}
        />
        <SelectField
          label="Sorted by"
          value={address.sort}
          options={SORT_OPTIONS}
          onChange={(sort) => onChange({ sort: sort as Sort })}
        />
        <ToggleChips
          label="State"
          options={STATE_OPTIONS}
          chosen={address.states}
          onChange={(states) => onChange({ states })}
        />
        {address.parent === undefined ? (
          <label className="check">
            <input
              type="checkbox"
              checked={address.withChildren}
              onChange={({ target }) => onChange({ withChildren: target.checked })}
            />
            Children too
          </label>
        ) : (
          <span className="tag tag-chosen">
            Children of{' '}
            <Link href={`/runs/${address.parent}`} className="mono">
              {shortId(address.parent)}
            </Link>
            <button
              type="button"
              aria-label="Not only the children of this run"
              onClick={() => onChange({ parent: undefined })}
            >
              <X size={12} aria-hidden />
            </button>
          </span>
        )}
      </div>
    </div>
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
