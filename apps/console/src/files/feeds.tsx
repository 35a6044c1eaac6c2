import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { FeedStats, FeedView } from '../api/contracts.js';
import { feedsQuery } from '../api/files.js';
import { statsQuery } from '../api/stats.js';
import { Facts } from '../kit/facts.js';
import { formatSpan } from '../kit/durations.js';
import { ProblemNote } from '../kit/problem-note.js';
import { formatBytes, plural } from '../kit/quantities.js';
import { Skeleton } from '../kit/skeleton.js';

/** The kinds of file that are taken, and where their rows go. */
export function Feeds() {
  const { data: feeds, error } = useQuery(feedsQuery);
  const lastDay = useQuery(statsQuery('24h'));
  if (feeds === undefined) return error === null ? <Skeleton lines={4} height={80} /> : <ProblemNote error={error} />;
  return (
    <ul className="feeds">
      {feeds.map(({ id, description, fileName, records, view, quietPeriodMs, ...feed }) => (
        <li key={id} className="card">
          <div className="card-head">
            <h2>{id}</h2>
            <Link href={`/files?feed=${encodeURIComponent(id)}`}>Files of this feed</Link>
          </div>
          <div className="card-body feed">
            <p>{description}</p>
            <Facts
              facts={[
                ['Takes files called', <code key="name">{fileName}</code>],
                ['Records', recordsOf(feed, records)],
                ['Rows in', <code key="view">{view}</code>],
                ...(feed.table === null ? [] : [['Columns', columnsOf(feed.table)] as const]),
                ['Waits for an unfinished file', formatSpan(quietPeriodMs)],
                ['Last 24 h', <LastDay key="day" stats={lastDay.data?.feeds.find(({ feed: of }) => of === id)} />],
              ]}
            />
            <pre className="feed-query">SELECT * FROM {view} LIMIT 10;</pre>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** What came in by a feed. */
function LastDay({ stats }: { readonly stats: FeedStats | undefined }) {
  const files = Object.values(stats?.files ?? {}).reduce((total, count) => total + (count ?? 0), 0);
  if (stats === undefined || files === 0) return <span className="faint">no file</span>;
  return (
    <span className="numbers">
      {plural(files, 'file')}, {formatBytes(stats.bytes)}, {plural(stats.rows, 'row')}
      {stats.rejects > 0 && <span className="files-rejects">, {plural(stats.rejects, 'record')} refused</span>}
    </span>
  );
}

function recordsOf({ format, delimiter }: Pick<FeedView, 'format' | 'delimiter'>, path: string) {
  if (format === 'csv')
    return <>a row of CSV, fields divided by {delimiter === '\t' ? 'tabs' : <code>{delimiter}</code>}</>;
  if (format === 'ndjson') return 'a line of JSON each';
  return <code>{path === '' ? 'the whole document' : path}</code>;
}

/** Each with its type; those of the key are underlined. */
function columnsOf({ columns, key }: NonNullable<FeedView['table']>) {
  return columns.map(({ name, type, nullable }, index) => (
    <span key={name}>
      {index > 0 && ', '}
      <code>{key.includes(name) ? <u>{name}</u> : name}</code> {type}
      {nullable && ', may be empty'}
    </span>
  ));
}
