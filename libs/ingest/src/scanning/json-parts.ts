import { JsonEnvelope } from './json-envelope.js';

/** A place in a JSON text: where a key stands, where a value begins, or the first byte that cannot stand where it does. */
export interface JsonPart {
  readonly kind: 'key' | 'value' | 'wrong';
  /** Index of its first byte. */
  readonly at: number;
  /** Keys and indexes from the top to the value, or to the key's value. */
  readonly path: readonly PropertyKey[];
  /** Of a key: its object has it already. */
  readonly repeated: boolean;
}

/** An object or array that is open: the keys it has had, or the index it is at. */
type Open = { readonly keys: Set<string>; key: string } | { readonly keys?: undefined; index: number };

/**
 * Walks over the bytes of one JSON value, key by key and value by value, until one is wrong. Slow, and exact where
 * JSON.parse is silent: it tells where a thing stands, and which keys come twice.
 */
export function* jsonParts(bytes: Buffer): Generator<JsonPart> {
  const envelope = new JsonEnvelope();
  const opened: Open[] = [];
  let keyAt = 0;
  const part = (kind: JsonPart['kind'], at: number, repeated = false): JsonPart => ({
    ...{ kind, at, repeated },
    path: opened.map((open) => (open.keys ? open.key : open.index)),
  });
  for (const [at, byte] of bytes.entries()) {
    switch (envelope.step(byte)) {
      case 'wrong':
      case 'too-deep':
        yield part('wrong', at);
        return;
      case 'key-begins':
        keyAt = at;
        break;
      case 'key-ends': {
        const open = opened.at(-1);
        if (!open?.keys) break;
        open.key = JSON.parse(bytes.toString('utf8', keyAt, at + 1)) as string;
        yield part('key', keyAt, open.keys.has(open.key));
        open.keys.add(open.key);
        break;
      }
      case 'object-begins':
        yield beginValue(at);
        opened.push({ keys: new Set(), key: '' });
        break;
      case 'array-begins':
        yield beginValue(at);
        opened.push({ index: -1 });
        break;
      case 'scalar-begins':
        yield beginValue(at);
        break;
      case 'object-ends':
      case 'array-ends':
        opened.pop();
        break;
      case undefined:
    }
  }
  if (!envelope.ends()) yield part('wrong', bytes.length);

  function beginValue(at: number): JsonPart {
    const open = opened.at(-1);
    if (open && !open.keys) open.index += 1;
    return part('value', at);
  }
}

/** Index of the first byte of the value at this path; where it is missing, of the nearest value around it. */
export function indexOfValue(bytes: Buffer, path: readonly PropertyKey[]): number {
  let best = { at: 0, length: 0 };
  for (const { kind, at, path: here } of jsonParts(bytes)) {
    const leadsThere = kind === 'value' && here.every((key, index) => key === path[index]);
    if (leadsThere && here.length > best.length) best = { at, length: here.length };
    if (best.length === path.length) break;
  }
  return best.at;
}
