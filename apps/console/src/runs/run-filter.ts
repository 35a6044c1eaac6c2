import { RUN_STATES, type RunState } from '../api/contracts.js';
import type { RunFilter } from '../api/runs.js';

/** Spans that the list can be cut to, by the name that stands in the address. */
const SPANS = { '15m': 900_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const;
export type Span = keyof typeof SPANS;

/** What the address of the list says. */
export interface RunListAddress {
  readonly task: string | undefined;
  readonly states: RunState[];
  readonly span: Span | undefined;
  /** Children too; else only runs that nobody invoked. */
  readonly withChildren: boolean;
  readonly cursor: string | undefined;
}

/** Unknown values, of an address that was typed or is old, are left out. */
export function readAddress(params: URLSearchParams): RunListAddress {
  const span = params.get('within') ?? '';
  const states = (params.get('state') ?? '').split(',');
  return {
    task: params.get('task') ?? undefined,
    states: RUN_STATES.filter((state) => states.includes(state)),
    span: Object.hasOwn(SPANS, span) ? (span as Span) : undefined,
    withChildren: params.get('children') === 'true',
    cursor: params.get('cursor') ?? undefined,
  };
}

/** Only what differs from the default stands in an address. */
export function writeAddress({ task, states, span, withChildren, cursor }: RunListAddress): URLSearchParams {
  const params = new URLSearchParams();
  if (task !== undefined) params.set('task', task);
  if (states.length > 0) params.set('state', states.join(','));
  if (span !== undefined) params.set('within', span);
  if (withChildren) params.set('children', 'true');
  if (cursor !== undefined) params.set('cursor', cursor);
  return params;
}

/** What the API is asked for; the span counts back from `now`. */
export function toFilter({ task, states, span, withChildren, cursor }: RunListAddress, now: number): RunFilter {
  return {
    ...(task === undefined ? {} : { task }),
    ...(states.length === 0 ? {} : { state: states }),
    ...(span === undefined ? {} : { createdAfter: new Date(now - SPANS[span]).toISOString() }),
    ...(withChildren ? {} : { rootOnly: true }),
    ...(cursor === undefined ? {} : { cursor }),
    limit: 50,
  };
}
