import type { FileDetail } from '../api/contracts.js';
import { formatCount } from '../kit/quantities.js';
import { readableText } from './readable-text.js';

type Excerpt = NonNullable<FileDetail['excerpt']>;

/** The bytes of a refused file around its fault, which is marked. */
export function FaultExcerpt({ excerpt, fault }: { readonly excerpt: Excerpt; readonly fault: number }) {
  const bytes = Uint8Array.from(atob(excerpt.raw), (character) => character.charCodeAt(0));
  const before = readableText(bytes.subarray(0, fault - excerpt.offset));
  const [marked = '', ...after] = readableText(bytes.subarray(fault - excerpt.offset));
  return (
    <pre
      className="reject-bytes file-excerpt"
      tabIndex={0}
      aria-label={`Bytes around byte ${formatCount(fault)}, where the fault is`}
    >
      {excerpt.offset > 0 && '… '}
      {before}
      <mark>{marked === '' ? 'end of the file' : marked}</mark>
      {after.join('')}
    </pre>
  );
}
