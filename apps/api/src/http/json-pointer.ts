/** A path into a JSON document as a JSON pointer (RFC 6901); the empty path is the document itself. */
export function toJsonPointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
