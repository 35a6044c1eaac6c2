import { useMemo, useState, type ReactNode } from 'react';
import { Button } from './button.js';
import { CopyButton } from './copy-button.js';
import { plural } from './quantities.js';

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const LINES_AT_FIRST = 400;

interface JsonViewProps {
  readonly value: unknown;
  /** What it is, for whoever copies it: `the input`. */
  readonly what: string;
}

/** A value pretty-printed, in colours, to be copied whole. Long ones begin with their first lines. */
export function JsonView({ value, what }: JsonViewProps) {
  const text = useMemo(() => JSON.stringify(value, null, 2) ?? 'undefined', [value]);
  const lines = useMemo(() => text.split('\n'), [text]);
  const [isWhole, setWhole] = useState(false);
  const isCut = !isWhole && lines.length > LINES_AT_FIRST;
  const shown = isCut ? lines.slice(0, LINES_AT_FIRST) : lines;
  return (
    <div className="json" tabIndex={-1}>
      <div className="json-copy">
        <CopyButton text={text} what={what} />
      </div>
      <pre tabIndex={0} aria-label={what}>
        {shown.map((line, index) => (
          <span key={index}>
            {colour(line)}
            {'\n'}
          </span>
        ))}
      </pre>
      {isCut && (
        <Button variant="quiet" onClick={() => setWhole(true)}>
          Show {plural(lines.length - LINES_AT_FIRST, 'more line')}
        </Button>
      )}
    </div>
  );
}

function colour(line: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const match of line.matchAll(TOKEN)) {
    if (match.index > from) parts.push(line.slice(from, match.index));
    const [whole, string, colon] = match;
    const kind = string === undefined ? 'literal' : colon === undefined ? 'string' : 'key';
    parts.push(
      <span key={match.index} className={`json-${kind}`}>
        {string ?? whole}
      </span>,
      colon ?? '',
    );
    from = match.index + whole.length;
  }
  parts.push(line.slice(from));
  return parts;
}
