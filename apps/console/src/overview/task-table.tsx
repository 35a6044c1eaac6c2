import { Link } from 'wouter';
import type { TaskStats } from '../api/contracts.js';
import { formatDuration } from '../kit/durations.js';
import { formatCount } from '../kit/quantities.js';
import { perSecond } from './headlines.js';

/** Every task that ran, the busiest first. */
export function TaskTable({ tasks }: { readonly tasks: readonly TaskStats[] }) {
  const busiest = tasks.toSorted((a, b) => b.perSecond - a.perSecond || a.task.localeCompare(b.task));
  return (
    <section aria-labelledby="by-task">
      <h2 id="by-task" className="overview-heading">
        By task
      </h2>
      <div className="table-frame">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col" className="right">
                Succeeded
              </th>
              <th scope="col" className="right">
                Failed
              </th>
              <th scope="col" className="right overview-wide">
                Rate
              </th>
              <th scope="col" className="right overview-wide">
                Queued for
              </th>
              <th scope="col" className="right">
                Took
              </th>
            </tr>
          </thead>
          <tbody>
            {busiest.map((task) => (
              <tr key={task.task}>
                <td>
                  <Link href={`/tasks/${encodeURIComponent(task.task)}`} className="row-link runs-task" data-row>
                    {task.task}
                  </Link>
                </td>
                <td className="right numbers">{formatCount(task.succeeded)}</td>
                <td className={`right numbers ${task.failed > 0 ? 'files-rejects' : 'faint'}`}>
                  {formatCount(task.failed)}
                </td>
                <td className="right numbers faint overview-wide">{perSecond(task.perSecond)}</td>
                <td className="right numbers faint overview-wide">
                  <Spread times={task.queueTime} />
                </td>
                <td className="right numbers">
                  <Spread times={task.runTime} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** What half of them, and what nearly all of them, stayed below. */
function Spread({ times }: { readonly times: TaskStats['runTime'] }) {
  if (times === null) return <span className="faint">–</span>;
  const { p50, p95, p99 } = times;
  return (
    <span title={`p50 ${formatDuration(p50)}, p95 ${formatDuration(p95)}, p99 ${formatDuration(p99)}`}>
      {formatDuration(p50)} <span className="faint overview-roomy">· p95 {formatDuration(p95)}</span>
    </span>
  );
}
