import { useQuery } from '@tanstack/react-query';
import { FlaskConical, PackageOpen, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { FileDetail } from '../api/contracts.js';
import { fileQuery, useDryRun, useReloadFile, useUnloadFile } from '../api/files.js';
import { PageHead } from '../app/page-head.js';
import { ProblemPage } from '../app/problem-page.js';
import { Button } from '../kit/button.js';
import { CopyButton } from '../kit/copy-button.js';
import { Dialog } from '../kit/dialog.js';
import { type Fact, Facts } from '../kit/facts.js';
import { FileName } from '../kit/file-name.js';
import { formatBytes, formatCount, plural } from '../kit/quantities.js';
import { Skeleton } from '../kit/skeleton.js';
import { StateMark } from '../kit/state-mark.js';
import { Ago, Elapsed, formatTime } from '../kit/times.js';
import { sayFailure } from '../kit/toasts.js';
import { FaultExcerpt } from './fault-excerpt.js';
import { Ledger } from './ledger.js';
import { Rejects } from './rejects.js';
import './files.css';

export function FilePage({ id }: { readonly id: string }) {
  const { data: file, error, refetch } = useQuery(fileQuery(id));
  if (file === undefined) {
    return error === null ? (
      <Skeleton lines={8} height={48} />
    ) : (
      <ProblemPage error={error} list={{ href: '/files', name: 'Files' }} onRetry={() => void refetch()} />
    );
  }
  const { state, reason, counts, sha256 } = file;
  return (
    <>
      <PageHead
        name={file.name}
        crumbs={[{ href: '/files', name: 'Files' }]}
        title={
          <span className="run-title">
            <span className="file-name">
              <FileName name={file.name} />
            </span>
            <span className="run-state" role="status">
              <StateMark state={state} size={17} />
            </span>
          </span>
        }
      >
        <Actions file={file} />
      </PageHead>
      <div className="file-facts">
        <Facts
          facts={[
            ['Feed', file.feed],
            ['Size', formatBytes(file.size)],
            ['Found', <Ago key="found" at={file.foundAt} />],
            ['Found by', file.foundBy],
            ['Took', <Elapsed key="took" from={file.foundAt} to={file.endedAt} />],
            [
              'Run',
              <Link key="run" href={`/runs/${file.runId}`}>
                its load
              </Link>,
            ],
            ...otherFile('Same bytes as', file.duplicateOf, 'the file that was loaded'),
            ...otherFile('Superseded by', file.supersededBy, 'the file that goes on where it ended'),
            ...otherFile('Supersedes', file.supersedes, 'the file that it begins with'),
            ...(sha256 === null
              ? []
              : [
                  [
                    'SHA-256',
                    <span key="hash" className="file-hash">
                      <span className="mono" title={sha256}>
                        {sha256.slice(0, 12)}…
                      </span>
                      <CopyButton text={sha256} what="the hash" />
                    </span>,
                  ] as const,
                ]),
          ]}
        />
      </div>
      {reason !== null && (
        <div
          className="run-error"
          role="group"
          aria-label={state === 'failed' ? 'Why its load failed' : 'Why it was refused'}
        >
          <strong>{reason.code}</strong>
          <p>{reason.message}</p>
          <p className="faint">{placeOf(reason).join(' · ')}</p>
          {file.excerpt !== null && reason.offset !== undefined && (
            <FaultExcerpt excerpt={file.excerpt} fault={reason.offset} />
          )}
          {state === 'failed' && (
            <p>
              Its run failed, and not for what is in the file: nothing of it is loaded, and it stays where it is. Mend
              the cause, then load it again.
            </p>
          )}
          {state === 'quarantined' && (
            <p>
              The whole file lies in quarantine and gave no rows. Mend it and drop it into the inbox again, or load it
              again as it is once its feed takes it; a dry run says beforehand what would come of that.
            </p>
          )}
        </div>
      )}
      <div className="file-parts">
        {counts !== null && <Ledger counts={counts} />}
        <Rejects fileId={file.id} expected={counts?.rejected} />
        <History file={file} />
      </div>
    </>
  );
}

function placeOf({ line, offset, unpacked, pointer }: NonNullable<FileDetail['reason']>): string[] {
  return [
    ...(line === undefined ? [] : [`line ${formatCount(line)}`]),
    ...(offset === undefined
      ? []
      : [`byte ${formatCount(offset)}${unpacked === true ? ' of what it is unpacked to' : ''}`]),
    ...(pointer === undefined || pointer === '' ? [] : [pointer]),
  ];
}

/** A fact that leads to another file; none when there is no such file. */
function otherFile(name: string, id: string | null, what: string): readonly Fact[] {
  return id === null
    ? []
    : [
        [
          name,
          <Link key={name} href={`/files/${id}`}>
            {what}
          </Link>,
        ],
      ];
}

function Actions({ file: { id, state, name, counts } }: { readonly file: FileDetail }) {
  const reload = useReloadFile(id);
  const unload = useUnloadFile(id);
  const dryRun = useDryRun(id);
  const [isAsking, setAsking] = useState(false);
  const [, navigate] = useLocation();
  const isReloadable = state === 'unloaded' || state === 'quarantined' || state === 'failed';
  const toRun = { onSuccess: (run: { id: string }) => navigate(`/runs/${run.id}`) };
  return (
    <>
      {isReloadable && (
        <Button
          isBusy={dryRun.isPending}
          onClick={() =>
            dryRun.mutate(undefined, { ...toRun, onError: (error) => sayFailure('The file was not tried', error) })
          }
        >
          <FlaskConical size={14} aria-hidden /> Dry run
        </Button>
      )}
      {isReloadable && (
        <Button
          variant="primary"
          isBusy={reload.isPending}
          onClick={() =>
            reload.mutate(undefined, { ...toRun, onError: (error) => sayFailure('The file was not reloaded', error) })
          }
        >
          <RotateCcw size={14} aria-hidden /> Load again
        </Button>
      )}
      {state === 'loaded' && (
        <Button variant="danger" onClick={() => setAsking(true)}>
          <PackageOpen size={14} aria-hidden /> Unload
        </Button>
      )}
      {isAsking && (
        <Dialog
          isOpen
          onClose={() => setAsking(false)}
          title={`Unload ${name}?`}
          about={`${plural(counts?.rows ?? 0, 'row')} that it gave are taken back, and nothing else. It can be loaded again.`}
        >
          <div className="dialog-actions">
            <Button onClick={() => setAsking(false)}>Leave it</Button>
            <Button
              variant="primary"
              isBusy={unload.isPending}
              onClick={() =>
                unload.mutate(undefined, {
                  ...toRun,
                  onError: (error) => sayFailure('The file was not unloaded', error),
                })
              }
            >
              Unload
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** Other appearances of the same name or the same bytes. */
function History({ file }: { readonly file: FileDetail }) {
  if (file.history.length === 0) return null;
  return (
    <section className="card" aria-labelledby="history">
      <div className="card-head">
        <h2 id="history">Same name or same bytes</h2>
      </div>
      <ul className="file-history">
        {file.history.map((other) => (
          <li key={other.id}>
            <StateMark state={other.state} />
            <Link href={`/files/${other.id}`} className="files-name">
              <FileName name={other.name} />
            </Link>
            <span className="faint">{formatTime(other.foundAt)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
