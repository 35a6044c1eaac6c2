/**
 * JSON of `head` with more members whose values are JSON text already. Large stored documents pass through as they
 * are, unparsed; `null` stands for itself.
 */
export function embedJson(head: object, members: Readonly<Record<string, string | null>>): string {
  const embedded = Object.entries(members).map(([name, json]) => `${JSON.stringify(name)}:${json ?? 'null'}`);
  const written = JSON.stringify(head).slice(1, -1);
  return `{${[...(written === '' ? [] : [written]), ...embedded].join(',')}}`;
}
