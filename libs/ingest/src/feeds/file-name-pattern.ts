import { PACKED_SUFFIXES } from '../scanning/packing.js';

/** Stands for a time in a file name's pattern: a digit, then digits, letters and `_ - . : +`. */
const TIMESTAMP = '[timestamp]';
const TIMESTAMP_PATTERN = String.raw`\d[\w.:+-]*`;

/** Names that are never taken: hidden ones, those of files that are still being written, and markers that one is not any more. */
const UNFINISHED = /^\.|\.(part|tmp|done)$/i;

/** Whether a file of this name may be taken at all: not `.*`, `*.part`, `*.tmp` or `*.done`. */
export function isTakeable(name: string): boolean {
  return !UNFINISHED.test(name);
}

/**
 * What matches the names of a pattern: literal text, with `[timestamp]` where the time stands
 * (`objects_detection_[timestamp].json`); `.gz` or `.zst` may follow.
 * @throws TypeError when it is empty, holds a `/`, or matches names that are never taken
 */
export function fileNamePattern(pattern: string): RegExp {
  if (pattern === '' || pattern.includes('/') || !isTakeable(pattern)) {
    throw new TypeError(
      `"${pattern}" is no file name. Write one like "objects_detection_[timestamp].json"; names with "/", a leading dot, .part, .tmp or .done are never taken.`,
    );
  }
  const literals = pattern.split(TIMESTAMP).map(escaped);
  return new RegExp(`^${literals.join(TIMESTAMP_PATTERN)}(${PACKED_SUFFIXES.map(escaped).join('|')})?$`);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
