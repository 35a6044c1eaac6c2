import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { FILE_STATES, type FileState, type FileView } from '../api/contracts.js';
import { feedsQuery, filesQuery } from '../api/files.js';
import { PageHead } from '../app/page-head.js';
import { Button } from '../kit/button.js';
import { EmptyState } from '../kit/empty-state.js';
import { FileName } from '../kit/file-name.js';
import { ProblemNote } from '../kit/problem-note.js';
import { formatBytes, formatCount } from '../kit/quantities.js';
import { SelectField } from '../kit/select-field.js';
import { Skeleton } from '../kit/skeleton.js';
import { StateMark } from '../kit/state-mark.js';
import { Tabs } from '../kit/tabs.js';
import { Ago, Elapsed } from '../kit/times.js';
import { ToggleChips } from '../kit/toggle-chips.js';
import { Feeds } from './feeds.js';
import { ReloadMany } from './reload-many.js';
import './files.css';

export function FilesPage() {
  const [params, setParams] = useSearchParams();
  return (
    <>
      <PageHead name="Files" about="What arrived in the inbox, and what became of it." />
      <Tabs
        value={params.get('tab') === 'feeds' ? 'feeds' : 'arrivals'}
        onChange={(tab) => setParams(tab === 'feeds' ? { tab } : {}, { replace: true })}
        tabs={[
          { value: 'arrivals', name: 'Arrivals', content: <Arrivals /> },
          { value: 'feeds', name: 'Feeds', content: <Feeds /> },
        ]}
      />
    </>
  );
}

const STATE_OPTIONS = FILE_STATES.map((state) => ({ value: state, name: <StateMark state={state} size={13} /> }));

function Arrivals() {
  const [params] = useSearchParams();
  const [, navigate] = useLocation();
  const feeds = useQuery(feedsQuery);
  const text = params.toString();
  const filter = useMemo(() => readFilter(new URLSearchParams(text)), [text]);
  const files = useQuery(filesQuery(filter));
  const change = (name: string, value: string | undefined) => {
    const next = new URLSearchParams(params);
    next.delete('cursor');
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, value);
    navigate(`/files${next.size === 0 ? '' : `?${next}`}`, { replace: name !== 'cursor' });
  };
  const isFiltered = filter.feed !== undefined || filter.state !== undefined;
  const next = files.data?.next;
  return (
    <>
      <div className="toolbar" tabIndex={-1}>
        <div className="toolbar-narrowing">
          <SelectField
            label="Feed"
            value={filter.feed ?? ''}
            options={[['', 'All feeds'], ...(feeds.data ?? []).map(({ id }) => [id, id] as const)]}
            onChange={(feed) => change('feed', feed)}
          />
          <ToggleChips
            label="State"
            options={STATE_OPTIONS}
            chosen={filter.state ?? []}
            onChange={(states) => change('state', states.join(','))}
          />
        </div>
        {files.data !== undefined && files.data.files.length > 0 && (
          <ReloadMany feed={filter.feed} states={filter.state ?? []} />
        )}
      </div>
      {files.error !== null && files.data === undefined ? (
        <ProblemNote error={files.error} onRetry={() => void files.refetch()} />
      ) : files.data === undefined ? (
        <div className="table-frame">
          <Skeleton lines={10} height={43} />
        </div>
      ) : files.data.files.length === 0 ? (
        <NoFiles isFiltered={isFiltered} />
      ) : (
        <FilesTable files={files.data.files} />
      )}
      {(filter.cursor !== undefined || typeof next === 'string') && (
        <nav className="table-more" tabIndex={-1} aria-label="Pages of the list">
          {filter.cursor === undefined ? <span /> : <Button onClick={() => history.back()}>Newer</Button>}
          {typeof next === 'string' && <Button onClick={() => change('cursor', next)}>Older</Button>}
        </nav>
      )}
    </>
  );
}

function readFilter(params: URLSearchParams) {
  const states = (params.get('state') ?? '').split(',');
  const known: FileState[] = FILE_STATES.filter((state) => states.includes(state));
  const feed = params.get('feed');
  const cursor = params.get('cursor');
  return {
    ...(feed === null ? {} : { feed }),
    ...(known.length === 0 ? {} : { state: known }),
    ...(cursor === null ? {} : { cursor }),
  };
}

function FilesTable({ files }: { readonly files: readonly FileView[] }) {
  return (
    <div className="table-frame">
      <table className="table files-table">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Name</th>
            <th scope="col" className="files-wide">
              Feed
            </th>
            <th scope="col" className="files-wide right">
              Size
            </th>
            <th scope="col" className="right">
              Rows
            </th>
            <th scope="col" className="files-wide right">
              Rejects
            </th>
            <th scope="col" className="files-wide right">
              Took
            </th>
            <th scope="col" className="right">
              Found
            </th>
          </tr>
        </thead>
        <tbody>
          {files.map((file) => (
            <tr key={file.id}>
              <td className="files-state">
                <StateMark state={file.state} />
              </td>
              <td>
                <Link href={`/files/${file.id}`} className="row-link files-name" data-row>
                  <FileName name={file.name} />
                </Link>
                {file.reason !== null && <span className="files-reason mono">{file.reason.code}</span>}
              </td>
              <td className="files-wide files-feed faint">{file.feed}</td>
              <td className="files-wide right numbers faint">{formatBytes(file.size)}</td>
              <td className="right numbers">{file.counts === null ? '' : formatCount(file.counts.rows)}</td>
              <td className="files-wide right numbers">
                {file.counts !== null && file.counts.rejected > 0 && (
                  <span className="files-rejects">{formatCount(file.counts.rejected)}</span>
                )}
              </td>
              <td className="files-wide right faint">
                <Elapsed from={file.foundAt} to={file.endedAt} />
              </td>
              <td className="right faint numbers files-found">
                <Ago at={file.foundAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NoFiles({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <EmptyState title="No file is like that">
        <p>
          Take a filter away, or see <Link href="/files">all files</Link>.
        </p>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No file has arrived yet">
      <p>Drop one into the inbox, and it stands here a moment later. Two samples lie in the checkout:</p>
      <pre>cp libs/ingest/samples/*.json inbox/</pre>
    </EmptyState>
  );
}
