import type { ClaimedFile } from '../inbox/claimed-file.js';
import { unpackByName } from '../scanning/packing.js';

/** The bytes of a file's document, from the start: those of a packed one are unpacked. Each chunk is overwritten by the next. */
export function documentOf(file: ClaimedFile, name: string): AsyncIterable<Buffer> {
  return unpackByName(name, file.chunks());
}
