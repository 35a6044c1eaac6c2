import { VARIABLES, type Values, type VariableName } from './variables.js';

/** A shorter one is likely to be a part of harmless words, which would be hidden everywhere. */
const SHORTEST = 8;

/** Every text of the configuration that must not be seen: tokens, passwords, and URLs with what stands before their `@`. */
export function secretValues(values: Values): readonly string[] {
  const secret = (Object.keys(VARIABLES) as VariableName[]).filter((name) => VARIABLES[name].secret);
  const found = secret.flatMap((name) => {
    const value = values[name];
    if (typeof value !== 'string') return (value as readonly string[] | undefined) ?? [];
    return URL.canParse(value) ? ofUrl(new URL(value)) : [value];
  });
  return [...new Set(found)].filter((text) => text.length >= SHORTEST).sort((a, b) => b.length - a.length);
}

/** A password that is the name of the user or the database besides hides nothing, and goes with the whole only. */
function ofUrl({ username, password, pathname }: URL): string[] {
  if (password === '') return [];
  const whole = `${username}:${password}@`;
  const isName = [username, pathname.slice(1)].includes(password);
  return isName ? [whole] : [whole, password, decodeURIComponent(password)];
}
