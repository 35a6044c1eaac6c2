import { isPageReturn } from '../app/page-focus.js';

/** Under which the browser's history keeps it with the page. */
const LINE = 'timelineLine';

/** Remembers the line whose run is about to be opened, for whoever comes back. */
export function leaveFromLine(key: string): void {
  history.replaceState({ ...entry(), [LINE]: key }, '');
}

/** The key of the line that this page was left from; undefined: it was not come back to, or not left by a line. */
export function lineLeftFrom(): string | undefined {
  const key = isPageReturn() ? entry()[LINE] : undefined;
  return typeof key === 'string' ? key : undefined;
}

function entry(): Readonly<Record<string, unknown>> {
  return (history.state ?? {}) as Readonly<Record<string, unknown>>;
}
