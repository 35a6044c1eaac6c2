import { distance } from 'fastest-levenshtein';
import { VARIABLES } from './variables.js';

/** Shorter names (PORT, HOST, TASKS, AUTH) have too many innocent neighbours in a real environment. */
const SHORTEST_NAME = 8;
const FARTHEST = 2;

const letters = (name: string) => name.toUpperCase().replaceAll('_', '');
const candidates = Object.keys(VARIABLES).filter((name) => letters(name).length >= SHORTEST_NAME);

/**
 * Variables that are probably meant for Millrace: nearly the name of one that is not set. Other programs' variables
 * stay unmentioned.
 */
export function misspeltVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env)
    .filter((name) => !Object.hasOwn(VARIABLES, name))
    .flatMap((name) => {
      const near = candidates.find((candidate) => distance(letters(name), letters(candidate)) <= FARTHEST);
      return near === undefined || env[near] ? [] : [`${name} is not known; did you mean ${near}?`];
    });
}
