import { useQuery } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { RejectView } from '../api/contracts.js';
import { rejectsQuery } from '../api/files.js';
import { Button } from '../kit/button.js';
import { CopyButton } from '../kit/copy-button.js';
import { ProblemNote } from '../kit/problem-note.js';
import { formatCount, plural } from '../kit/quantities.js';
import { Skeleton } from '../kit/skeleton.js';
import { Ago } from '../kit/times.js';
import { locatePointer, withinRecord } from './locate-pointer.js';
import { Resubmit } from './resubmit.js';

type Resolution = NonNullable<RejectView['resolution']>;

interface RejectsProps {
  readonly fileId: string;
  /** How many the ledger counts; undefined: the file has none yet. */
  readonly expected: number | undefined;
}

/** The records that were set aside, with their bytes. */
export function Rejects({ fileId, expected }: RejectsProps) {
  const [starts, setStarts] = useState<readonly (number | undefined)[]>([undefined]);
  const { data, error, refetch } = useQuery(rejectsQuery(fileId, starts.at(-1)));
  if (error !== null && data === undefined) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return (expected ?? 0) > 0 ? <Skeleton lines={3} height={120} /> : null;
  if (data.rejects.length === 0) return null;
  return (
    <section aria-labelledby="rejects" className="rejects">
      <header className="rejects-head">
        <h2 id="rejects">Rejects</h2>
        {expected !== undefined && <span className="faint numbers">{plural(expected, 'record')} set aside</span>}
      </header>
      {data.rejects.map((reject) => (
        <Reject key={reject.index} fileId={fileId} reject={reject} />
      ))}
      <nav className="table-more" tabIndex={-1} aria-label="Pages of the rejects">
        {starts.length > 1 ? <Button onClick={() => setStarts(starts.slice(0, -1))}>Earlier</Button> : <span />}
        {data.next !== null && <Button onClick={() => setStarts([...starts, data.next ?? undefined])}>Later</Button>}
      </nav>
    </section>
  );
}

function Reject({ fileId, reject }: { readonly fileId: string; readonly reject: RejectView }) {
  const [isEditing, setEditing] = useState(false);
  const { resolution } = reject;
  return (
    <article className="card" tabIndex={-1} aria-label={`Record ${reject.index}`}>
      <div className="card-head reject-head">
        <div>
          <strong className="failure-code">{reject.code}</strong>
          <p>{reject.message}</p>
        </div>
        <span className="reject-actions">
          {resolution === null && (
            <Button onClick={() => setEditing(true)} aria-label={`Resubmit record ${reject.index}`}>
              <Send size={13} aria-hidden /> Resubmit
            </Button>
          )}
          <CopyButton text={reject.text} what="the record" />
        </span>
      </div>
      <p className="reject-place faint numbers">
        record {formatCount(reject.index)} · line {formatCount(reject.line)} · bytes {formatCount(reject.offset)} to{' '}
        {formatCount(reject.offset + reject.length)}
        {reject.pointer !== '' && (
          <>
            {' · '}
            <code>{reject.pointer}</code>
          </>
        )}
      </p>
      {resolution !== null && <Resolved resolution={resolution} />}
      <Bytes reject={reject} />
      {isEditing && <Resubmit fileId={fileId} reject={reject} onClose={() => setEditing(false)} />}
    </article>
  );
}

/** What became of the record when it was resubmitted. */
function Resolved({ resolution: { at, runId, outcome, text } }: { readonly resolution: Resolution }) {
  return (
    <p className="reject-place reject-resolved">
      <strong>Resubmitted</strong> <Ago at={at} />, {text === null ? 'as it stands' : 'put right'}: {outcome} by{' '}
      <Link href={`/runs/${runId}`}>its run</Link>
      {text !== null && <CopyButton text={text} what="the record as it was put right" />}
    </p>
  );
}

/** Text around the fault that is shown at first, on either side. */
const AROUND = 400;

/** The record as it stands in the file, the value at fault marked. Long ones are cut around it. */
function Bytes({ reject: { text, pointer, length, index } }: { readonly reject: RejectView }) {
  const [isWhole, setWhole] = useState(false);
  const [from, to] = locatePointer(text, withinRecord(pointer, index)) ?? [0, 0];
  const first = isWhole ? 0 : Math.max(0, from - AROUND);
  const last = isWhole ? text.length : Math.min(text.length, Math.max(to, from) + AROUND);
  return (
    <>
      <pre className="reject-bytes" tabIndex={0} aria-label="Bytes of the record">
        {first > 0 && '… '}
        {text.slice(first, from)}
        {to > from && <mark>{text.slice(from, to)}</mark>}
        {text.slice(to, last)}
        {(last < text.length || length > text.length * 4) && ' …'}
      </pre>
      {(first > 0 || last < text.length) && (
        <Button variant="quiet" onClick={() => setWhole(true)}>
          Show the whole record
        </Button>
      )}
    </>
  );
}
