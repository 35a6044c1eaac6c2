import type { Stats } from '../api/contracts.js';
import { formatDuration } from '../kit/durations.js';
import { formatCount } from '../kit/quantities.js';
import { Ago } from '../kit/times.js';

interface QueueTableProps {
  readonly queues: Stats['queues'];
  readonly workers: Stats['workers'];
}

/** Queues with what is in them, and the workers that take from them. */
export function QueueTable({ queues, workers }: QueueTableProps) {
  return (
    <div className="overview-halves">
      <section aria-labelledby="by-queue">
        <h2 id="by-queue" className="overview-heading">
          Queues now
        </h2>
        <div className="table-frame">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Queue</th>
                <th scope="col" className="right overview-roomy">
                  Workers
                </th>
                <th scope="col" className="right">
                  Queued
                </th>
                <th scope="col" className="right">
                  Running
                </th>
                <th scope="col" className="right">
                  Oldest
                </th>
              </tr>
            </thead>
            <tbody>
              {queues.map(({ queue, workers: alive, queued, running, oldestQueuedMs }) => (
                <tr key={queue}>
                  <td>{queue}</td>
                  <td className={`right numbers overview-roomy ${alive === 0 ? 'files-rejects' : ''}`}>
                    {formatCount(alive)}
                  </td>
                  <td className="right numbers">{formatCount(queued)}</td>
                  <td className="right numbers">{formatCount(running)}</td>
                  <td className="right numbers faint">{oldestQueuedMs === 0 ? '–' : formatDuration(oldestQueuedMs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <section aria-labelledby="workers">
        <h2 id="workers" className="overview-heading">
          Workers alive
        </h2>
        <div className="table-frame">
          {workers.length === 0 ? (
            <p className="card-body faint">None. Runs stay in their queues until one starts.</p>
          ) : (
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Host</th>
                  <th scope="col">Queues</th>
                  <th scope="col" className="right">
                    Started
                  </th>
                </tr>
              </thead>
              <tbody>
                {workers.map(({ id, host, pid, queues: taken, startedAt }) => (
                  <tr key={id}>
                    <td>
                      {host} <span className="faint numbers">{pid}</span>
                    </td>
                    <td className="faint">{taken.join(', ')}</td>
                    <td className="right faint numbers">
                      <Ago at={startedAt} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
      </section>
    </div>
  );
}
