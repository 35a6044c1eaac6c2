/**
 * Texts as the text of a PostgreSQL array, for a statement that takes an array of such arrays: those cannot be of
 * different lengths.
 */
export function arrayLiteral(texts: readonly string[] | undefined): string | null {
  if (texts === undefined) return null;
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`;
}
