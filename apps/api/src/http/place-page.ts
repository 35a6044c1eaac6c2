/** The entries of a page by place, of one more than it holds, and the place after which the next page begins. */
export function cutByPlace<Entry>(found: readonly Entry[], limit: number, placeOf: (entry: Entry) => number) {
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: found.length > limit && last !== undefined ? placeOf(last) : null };
}
