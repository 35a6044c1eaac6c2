/** The options that a declaration has; a type checker finds one that is missing here. */
export type KnownOptions<Definition> = Readonly<Record<keyof Definition, true>>;

/**
 * Refuses options that there are not: a misspelt one would be passed over in silence, and modules in `TASKS` are run
 * without a type checker.
 * @param what the end of a sentence that begins with "There is no option ... in"
 * @throws TypeError naming the first one, and those that there are
 */
export function assertKnownOptions(what: string, given: unknown, known: object): void {
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`${what} is ${String(given)}; give an object.`);
  }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  throw new TypeError(`There is no option "${unknown}" in ${what}. There are ${Object.keys(known).join(', ')}.`);
}
