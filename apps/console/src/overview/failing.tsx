import { CircleCheck } from 'lucide-react';
import { Link } from 'wouter';
import type { TaskStats } from '../api/contracts.js';
import { formatCount, formatShare } from '../kit/quantities.js';

const SHOWN = 6;

/** Tasks by how many of their runs failed, each with the way to those runs. */
export function Failing({ tasks, window }: { readonly tasks: readonly TaskStats[]; readonly window: string }) {
  const failing = tasks.filter(({ failed }) => failed > 0).toSorted((a, b) => b.failed - a.failed);
  const most = failing[0]?.failed ?? 1;
  return (
    <section className="card" aria-labelledby="failing">
      <div className="card-head">
        <h2 id="failing">What fails most</h2>
      </div>
      {failing.length === 0 ? (
        <p className="overview-good">
          <CircleCheck size={17} aria-hidden /> Nothing failed in the last {window}.
        </p>
      ) : (
        <ul className="failing">
          {failing.slice(0, SHOWN).map(({ task, failed, failureRatio }) => (
            <li key={task}>
              <Link href={`/runs?task=${encodeURIComponent(task)}&state=failed&children=true`} className="failing-task">
                {task}
              </Link>
              <span className="failing-count numbers">
                {formatCount(failed)} <span className="faint">· {formatShare(failureRatio ?? 0)}</span>
              </span>
              <span className="failing-bar" aria-hidden>
                <span style={{ width: `${(failed / most) * 100}%` }} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
