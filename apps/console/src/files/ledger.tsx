import type { FileView } from '../api/contracts.js';
import { formatCount, plural } from '../kit/quantities.js';

type Counts = NonNullable<FileView['counts']>;

const KINDS = [
  { name: 'loaded', about: 'gave rows', color: 'succeeded-fill' },
  { name: 'unchanged', about: 'were there already, word for word', color: 'queued-fill' },
  { name: 'conflicting', about: 'had the key of another row, which stays', color: 'waiting-fill' },
  { name: 'expired', about: 'were older than what is kept', color: 'cancelled-fill' },
  { name: 'rejected', about: 'could not be loaded', color: 'failed-fill' },
] as const satisfies readonly { readonly name: keyof Counts; readonly about: string; readonly color: string }[];

/** What became of every record: the parts add up to the whole. */
export function Ledger({ counts }: { readonly counts: Counts }) {
  const parts = KINDS.map((kind) => ({ ...kind, count: counts[kind.name] })).filter(({ count }) => count > 0);
  return (
    <section className="card" aria-labelledby="ledger">
      <div className="card-head">
        <h2 id="ledger">Ledger</h2>
        <span className="faint numbers">
          {plural(counts.records, 'record')}, {plural(counts.rows, 'row')}
        </span>
      </div>
      <div className="card-body">
        <div className="ledger-bar" aria-hidden>
          {parts.map(({ name, count, color }) => (
            <span key={name} style={{ flexGrow: count, background: `var(--${color})` }} />
          ))}
        </div>
        <ul className="ledger-parts">
          {parts.map(({ name, about, count, color }) => (
            <li key={name}>
              <span className="ledger-dot" style={{ background: `var(--${color})` }} />
              <strong className="numbers">{formatCount(count)}</strong> {name} <span className="faint">{about}</span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
