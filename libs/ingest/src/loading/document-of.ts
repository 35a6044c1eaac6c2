import type { ClaimedFile } from '../inbox/claimed-file.js';
import { gunzipChunks, isGzip } from '../scanning/gunzip-chunks.js';

/** The bytes of a file's document, from the start: those of a packed one are unpacked. Each chunk is overwritten by the next. */
export function documentOf(file: ClaimedFile, name: string): AsyncIterable<Buffer> {
  return isGzip(name) ? gunzipChunks(file.chunks()) : file.chunks();
}
