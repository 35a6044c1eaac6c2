import { RUN_STATES, type RunState } from '../api/contracts.js';
import type { RunFilter } from '../api/runs.js';

/** Spans that the list can be cut to, by the name that stands in the address. */
const SPANS = { '15m': 900_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const;
export type Span = keyof typeof SPANS;

/** Orders of the list, as the API names them; the first is how it begins. */
const SORTS = ['newest', 'oldest', 'duration', 'queueTime'] as const;
export type Sort = (typeof SORTS)[number];

/** What the address of the list says. */
export interface RunListAddress {
  readonly task: string | undefined;
  readonly states: RunState[];
  readonly tags: string[];
  /** What the error says. */
  readonly error: string | undefined;
  readonly span: Span | undefined;
  readonly sort: Sort;
  /** Children too; else only runs that nobody invoked. */
  readonly withChildren: boolean;
  /** Only the children of this run. */
  readonly parent: string | undefined;
  readonly cursor: string | undefined;
}

/** Unknown values, of an address that was typed or is old, are left out. */
export function readAddress(params: URLSearchParams): RunListAddress {
  const span = params.get('within') ?? '';
  const states = (params.get('state') ?? '').split(',');
  return {
    task: params.get('task') ?? undefined,
    states: RUN_STATES.filter((state) => states.includes(state)),
    tags: params.getAll('tag'),
    error: params.get('error') ?? undefined,
    span: Object.hasOwn(SPANS, span) ? (span as Span) : undefined,
    sort: SORTS.find((sort) => sort === params.get('sort')) ?? 'newest',
    withChildren: params.get('children') === 'true',
    parent: params.get('parent') ?? undefined,
    cursor: params.get('cursor') ?? undefined,
  };
}

/** Only what differs from the default stands in an address. */
export function writeAddress(address: RunListAddress): URLSearchParams {
  const { task, states, tags, error, span, sort, withChildren, parent, cursor } = address;
  const params = new URLSearchParams();
  if (task !== undefined) params.set('task', task);
  if (states.length > 0) params.set('state', states.join(','));
  for (const tag of tags) params.append('tag', tag);
  if (error !== undefined) params.set('error', error);
  if (span !== undefined) params.set('within', span);
  if (sort !== 'newest') params.set('sort', sort);
  if (withChildren) params.set('children', 'true');
  if (parent !== undefined) params.set('parent', parent);
  if (cursor !== undefined) params.set('cursor', cursor);
  return params;
}

/** What the API is asked for; the span counts back from `now`. */
export function toFilter(address: RunListAddress, now: number): RunFilter {
  const { task, states, tags, error, span, sort, withChildren, parent, cursor } = address;
  return {
    ...(task === undefined ? {} : { task }),
    ...(states.length === 0 ? {} : { state: states }),
    ...(tags.length === 0 ? {} : { tag: tags }),
    ...(error === undefined ? {} : { error }),
    ...(span === undefined ? {} : { createdAfter: new Date(now - SPANS[span]).toISOString() }),
    ...(parent !== undefined ? { parent } : withChildren ? {} : { rootOnly: true }),
    ...(cursor === undefined ? {} : { cursor }),
    sort,
    limit: 50,
  };
}
