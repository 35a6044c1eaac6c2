/** The keys from the top of a document to its array of records. */
export type RecordsPath = readonly string[];

/**
 * The keys of a JSON pointer (RFC 6901): `/fleet/events` is `['fleet', 'events']`, the empty text the document itself.
 * @throws TypeError when it is no JSON pointer
 */
export function parseRecordsPath(pointer: string): RecordsPath {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) {
    throw new TypeError(
      `"${pointer}" is no JSON pointer to an array of records. Write "/" before each key ("/objects_detection_events"), or "" when the document is the array.`,
    );
  }
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The JSON pointer of a value: keys and indexes from the top. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
