import { useNow } from './clock.js';
import { between, formatAgo, formatDuration } from './durations.js';

const full = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

/** A time to the second, in the zone of this machine. */
export function formatTime(time: string): string {
  return full.format(Date.parse(time));
}

/** How long ago; to the second when hovered. */
export function Ago({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={`${formatTime(at)} (${at})`}>
      {formatAgo(between(at, now))}
    </time>
  );
}

interface ElapsedProps {
  readonly from: string | null;
  /** null: it goes on. */
  readonly to: string | null;
}

/** How long something took, or takes so far; a dash when it has not begun. */
export function Elapsed({ from, to }: ElapsedProps) {
  const now = useNow(from === null || to !== null);
  if (from === null) return <span className="faint">–</span>;
  return <span className="numbers">{formatDuration(between(from, to ?? now))}</span>;
}
