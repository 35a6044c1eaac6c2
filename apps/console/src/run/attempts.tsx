import type { RunDetail } from '../api/contracts.js';
import { StateMark } from '../kit/state-mark.js';
import { Elapsed, formatTime } from '../kit/times.js';
import { shortId } from '../kit/short-id.js';
import { Failure } from './documents.js';

/** Every attempt beside the others, the latest first. */
export function Attempts({ run }: { readonly run: RunDetail }) {
  if (run.attempts.length === 0) {
    return <p className="faint">No worker has taken this run yet. Its attempts stand here once one has.</p>;
  }
  return (
    <div className="attempts" role="group" aria-label="Attempts, the latest first" tabIndex={0}>
      {run.attempts.toReversed().map(({ attempt, state, workerId, startedAt, finishedAt, error }) => (
        <section key={attempt} className="card attempt" aria-label={`Attempt ${attempt}`}>
          <div className="card-head">
            <h2>Attempt {attempt}</h2>
            <StateMark state={state} />
          </div>
          <dl className="attempt-facts">
            <dt>Began</dt>
            <dd>{formatTime(startedAt)}</dd>
            <dt>Took</dt>
            <dd>
              <Elapsed from={startedAt} to={finishedAt} />
            </dd>
            <dt>Worker</dt>
            <dd className="mono">{workerId === null ? 'gone' : shortId(workerId)}</dd>
          </dl>
          {error !== null && <Failure error={error} />}
        </section>
      ))}
    </div>
  );
}
