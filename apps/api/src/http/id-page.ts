import { decodeCursor, encodeCursor } from './id-cursor.js';

interface Paging {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What to ask a listing by descending id for: one entry more than the page holds, which tells whether another follows. */
export function toKeyset({ limit, cursor }: Paging): { beforeId: string | undefined; limit: number } {
  return { beforeId: cursor === undefined ? undefined : decodeCursor(cursor), limit: limit + 1 };
}

/** The page's entries of those found, and the cursor of the next page. */
export function cutPage<Entry extends { readonly id: string }>(found: readonly Entry[], limit: number) {
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: found.length > limit && last !== undefined ? encodeCursor(last.id) : null };
}
