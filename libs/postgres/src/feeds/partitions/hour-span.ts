/** Between which hours rows lie, both counted from 2000. */
export interface HourSpan {
  readonly first: number;
  /** Itself included. */
  readonly last: number;
}

/** Undefined for none. */
export function spanOf(hours: Iterable<number>): HourSpan | undefined {
  let span: HourSpan | undefined;
  for (const hour of hours) {
    span = { first: Math.min(hour, span?.first ?? hour), last: Math.max(hour, span?.last ?? hour) };
  }
  return span;
}
