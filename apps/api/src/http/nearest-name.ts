import { closest, distance } from 'fastest-levenshtein';

/** The allowed name that a misspelt one most likely stands for; undefined when none is near. */
export function nearestName(given: string, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0) return undefined;
  const nearest = closest(given.toLowerCase(), allowed);
  const tolerated = Math.max(2, Math.floor(given.length / 3));
  return distance(given.toLowerCase(), nearest.toLowerCase()) <= tolerated ? nearest : undefined;
}
