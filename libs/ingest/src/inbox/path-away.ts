import { basename, join, sep } from 'node:path';
import type { NamedArrival } from './inbox.js';

/** Bytes that file systems allow in one name. */
const LONGEST_NAME_BYTES = 255;

/**
 * Where the file of an arrival lies below archive or quarantine: `<day>/<id>-<name>`. The day, in UTC, is the one that its id
 * tells (UUIDv7, RFC 9562): when it was found. A folder a file would cost a quarter of a small file's load. A name that is too
 * long beside the id loses its beginning.
 */
export function pathAway({ id, name }: NamedArrival): string {
  const foundMs = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  const ending = lastBytes(basename(name), LONGEST_NAME_BYTES - id.length - 1);
  return `${new Date(foundMs).toISOString().slice(0, 10)}${sep}${id}-${ending}`;
}

/** Where a file was put away before there were days: `<id>/<name>`. It is still taken back from there. */
export function formerPathAway({ id, name }: NamedArrival): string {
  return join(id, basename(name));
}

/** As many whole characters from the end. */
function lastBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  const bytes = Buffer.from(text);
  let start = bytes.length - most;
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.toString('utf8', start);
}
