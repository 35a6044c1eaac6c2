/** From the first character of a value to the one after its last. */
export type TextRange = readonly [from: number, to: number];

/**
 * Where the value that a JSON pointer names stands in a JSON text; a member that is missing points at the object that
 * lacks it. Undefined where the text breaks off or is no JSON up to there: a value alone has no members, so that a pointer
 * into one points into a row of CSV.
 */
export function locatePointer(text: string, pointer: string): TextRange | undefined {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let range = valueAt(text, skipSpace(text, 0));
  if (range !== undefined && steps.length > 0 && !/[{[]/.test(text[range[0]] ?? '')) return undefined;
  for (const step of steps) {
    const found: TextRange | undefined = range && memberOf(text, range, step);
    if (found === undefined) break;
    range = found;
  }
  return range;
}

/** The part of a reject's pointer that lies within its record: the API's begins at the document, the bytes at the record. */
export function withinRecord(pointer: string, index: number): string {
  const steps = pointer.split('/');
  const at = steps.indexOf(String(index));
  return at === -1 ? pointer : ['', ...steps.slice(at + 1)].join('/');
}

function memberOf(text: string, [from, to]: TextRange, name: string): TextRange | undefined {
  const isObject = text[from] === '{';
  if (!isObject && text[from] !== '[') return undefined;
  let at = skipSpace(text, from + 1);
  for (let index = 0; at < to - 1; index += 1) {
    let key = String(index);
    if (isObject) {
      const quoted = valueAt(text, at);
      if (quoted === undefined) return undefined;
      key = unquote(text.slice(...quoted));
      at = skipSpace(text, skipSpace(text, quoted[1]) + 1);
    }
    const value = valueAt(text, at);
    if (value === undefined || key === name) return value;
    at = skipSpace(text, skipSpace(text, value[1]) + 1);
  }
  return undefined;
}

/** The value that begins here; what breaks off ends with the text. */
function valueAt(text: string, from: number): TextRange | undefined {
  const first = text[from];
  if (first === undefined) return undefined;
  if (first === '"') return [from, endOfString(text, from)];
  if (first === '{' || first === '[') return [from, endOfNesting(text, from)];
  const rest = /^[^\s,\]}]+/.exec(text.slice(from));
  return rest === null ? undefined : [from, from + rest[0].length];
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function endOfNesting(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at) - 1;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at += 1;
  return at;
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}
