import { Link } from 'wouter';
import type { RunSummary } from '../api/contracts.js';
import { shortId } from '../kit/short-id.js';
import { Ago, Elapsed } from '../kit/times.js';
import { StateMark } from '../kit/state-mark.js';
import { RunTags } from './run-tags.js';
import type { Sort } from './run-filter.js';
import { SortHeading } from './sort-heading.js';
import './runs-table.css';

interface RunsTableProps {
  readonly runs: readonly RunSummary[];
  /** Where all are of one task. @default false */
  readonly withoutTask?: boolean;
  /** By what it is sorted. @default newest */
  readonly sort?: Sort;
  /** @default it cannot be sorted */
  readonly onSort?: (sort: Sort) => void;
}

export function RunsTable({ runs, withoutTask = false, sort = 'newest', onSort }: RunsTableProps) {
  const sorting = { sort, onSort };
  return (
    <div className="table-frame">
      <table className="table runs-table">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">{withoutTask ? 'Run' : 'Task'}</th>
            <th scope="col" className="runs-wide">
              Started by
            </th>
            <th scope="col" className="runs-wide right">
              Attempt
            </th>
            <SortHeading name="Queued for" className="runs-wide right" orders={['queueTime']} {...sorting} />
            <SortHeading name="Took" className="right" orders={['duration']} {...sorting} />
            <SortHeading name="Created" className="right" orders={['newest', 'oldest']} {...sorting} />
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} withoutTask={withoutTask} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RunRow({ run, withoutTask }: { readonly run: RunSummary; readonly withoutTask: boolean }) {
  return (
    <tr>
      <td className="runs-state">
        <StateMark state={run.state} />
      </td>
      <td className="runs-what">
        <Link href={`/runs/${run.id}`} className="row-link" data-row>
          {!withoutTask && <span className="runs-task">{run.task}</span>}
          <span className="runs-id mono">{shortId(run.id)}</span>
        </Link>
        {run.tags.length > 0 && (
          <span className="runs-tags">
            <RunTags tags={run.tags} />
          </span>
        )}
        {run.state === 'failed' && run.error !== null && (
          <span className="runs-error" title={run.error.message}>
            {run.error.message}
          </span>
        )}
      </td>
      <td className="runs-wide faint">{run.trigger}</td>
      <td className="runs-wide right numbers faint">
        {run.attempt > 1 || run.state === 'failed' ? `${run.attempt} of ${run.maxAttempts}` : ''}
      </td>
      <td className="runs-wide right faint">
        <Elapsed from={run.createdAt} to={run.startedAt ?? run.finishedAt} />
      </td>
      <td className="right">
        <Elapsed from={run.startedAt} to={run.finishedAt} />
      </td>
      <td className="right faint numbers runs-created">
        <Ago at={run.createdAt} />
      </td>
    </tr>
  );
}
