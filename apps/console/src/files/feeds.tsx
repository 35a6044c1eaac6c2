import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { feedsQuery } from '../api/files.js';
import { Facts } from '../kit/facts.js';
import { formatDuration } from '../kit/durations.js';
import { ProblemNote } from '../kit/problem-note.js';
import { Skeleton } from '../kit/skeleton.js';

/** The kinds of file that are taken, and where their rows go. */
export function Feeds() {
  const { data: feeds, error } = useQuery(feedsQuery);
  if (feeds === undefined) return error === null ? <Skeleton lines={4} height={80} /> : <ProblemNote error={error} />;
  return (
    <ul className="feeds">
      {feeds.map(({ id, description, fileName, records, view, quietPeriodMs }) => (
        <li key={id} className="card">
          <div className="card-head">
            <h2>{id}</h2>
            <Link href={`/files?feed=${encodeURIComponent(id)}`}>Its files</Link>
          </div>
          <div className="card-body feed">
            <p>{description}</p>
            <Facts
              facts={[
                ['Takes files called', <code key="name">{fileName}</code>],
                ['Records at', <code key="records">{records === '' ? 'the whole document' : records}</code>],
                ['Rows in', <code key="view">{view}</code>],
                ['Waits for an unfinished file', formatDuration(quietPeriodMs)],
              ]}
            />
            <pre className="feed-query">SELECT * FROM {view} LIMIT 10;</pre>
          </div>
        </li>
      ))}
    </ul>
  );
}
