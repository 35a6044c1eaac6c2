import { Link } from 'wouter';
import type { Stats } from '../api/contracts.js';
import { formatBytes, formatCount, formatShort, plural } from '../kit/quantities.js';

/** What came in, by feed. */
export function FeedRates({ feeds }: { readonly feeds: Stats['feeds'] }) {
  return (
    <section className="card" aria-labelledby="feeds-in">
      <div className="card-head">
        <h2 id="feeds-in">Files that came in</h2>
        <Link href="/files">All files</Link>
      </div>
      {feeds.length === 0 ? (
        <p className="card-body faint">None in this window.</p>
      ) : (
        <div className="table-flat">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Feed</th>
                <th scope="col" className="right">
                  Files
                </th>
                <th scope="col" className="right">
                  Rows
                </th>
                <th scope="col" className="right overview-roomy">
                  Bytes
                </th>
                <th scope="col" className="right">
                  Refused
                </th>
              </tr>
            </thead>
            <tbody>
              {feeds.map(({ feed, files, rows, bytes, rejects }) => (
                <tr key={feed}>
                  <td>
                    <Link href={`/files?feed=${encodeURIComponent(feed)}`}>{feed}</Link>
                  </td>
                  <td className="right numbers">
                    {formatCount(Object.values(files).reduce((a, b) => a + (b ?? 0), 0))}
                  </td>
                  <td className="right numbers">{formatShort(rows)}</td>
                  <td className="right numbers faint overview-roomy">{formatBytes(bytes)}</td>
                  <td className="right numbers">
                    <Refused files={files.quarantined ?? 0} records={rejects} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Refused({ files, records }: { readonly files: number; readonly records: number }) {
  if (files === 0 && records === 0) return <span className="faint">–</span>;
  const parts = [files > 0 && plural(files, 'file'), records > 0 && plural(records, 'record')];
  return <span className="files-rejects">{parts.filter(Boolean).join(', ')}</span>;
}
