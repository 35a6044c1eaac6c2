import { gunzipChunks } from './gunzip-chunks.js';
import { unzstdChunks } from './unzstd-chunks.js';

type Unpack = (packed: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

const PACKINGS: ReadonlyMap<string, Unpack> = new Map([
  ['.gz', gunzipChunks],
  ['.zst', unzstdChunks],
]);

/** What a name ends in whose file is unpacked while it is read. */
export const PACKED_SUFFIXES: readonly string[] = [...PACKINGS.keys()];

/** Whether a file of this name is taken for a packed one. */
export function isPacked(name: string): boolean {
  return PACKED_SUFFIXES.some((suffix) => name.endsWith(suffix));
}

/** The document in the bytes of a file of this name: those of a packed one are unpacked. Each chunk is overwritten by the next. */
export function unpackByName(name: string, bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const suffix = PACKED_SUFFIXES.find((one) => name.endsWith(one)) ?? '';
  return PACKINGS.get(suffix)?.(bytes) ?? bytes;
}
