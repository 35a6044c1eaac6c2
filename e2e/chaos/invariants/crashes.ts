import type { Evidence } from '../evidence.js';
import type { Violation } from './invariant.js';

/** The code of a process that asks to be started anew, since functions run on in it that ignore their signals. */
const RECYCLED = 75;

/** A process that serves goes on serving, whatever is down around it. One that finds no database at boot ends at once. */
export function nothingCrashes({ ownEnds }: Evidence): Violation[] {
  return ownEnds
    .filter(({ wasReady, code }) => wasReady && code !== RECYCLED)
    .map(({ name, code }) => ({ message: `${name} ended by itself, with code ${code}`, runs: [] }));
}
