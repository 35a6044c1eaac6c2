/** Stands in the place of a secret. */
export const HIDDEN = '[Redacted]';

/** Takes these texts out of log lines, plain or as JSON writes them; undefined when there are none. */
export function hideSecrets(secrets: readonly string[]): ((line: string) => string) | undefined {
  const written = secrets.flatMap((secret) => [JSON.stringify(secret).slice(1, -1), secret]);
  if (written.length === 0) return undefined;
  const pattern = new RegExp([...new Set(written)].map(escape).join('|'), 'g');
  return (line) => line.replace(pattern, HIDDEN);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
