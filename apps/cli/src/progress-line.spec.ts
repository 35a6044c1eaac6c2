import { describe, expect, it } from 'vitest';
import { ProgressLine } from './progress-line.js';

function lineOn(rewrites: boolean) {
  const notes: string[] = [];
  const terminal = {
    out: () => undefined,
    note: (text: string) => void notes.push(text),
    rewrites,
    signal: AbortSignal.any([]),
  };
  return { notes, line: new ProgressLine(terminal) };
}
const event = (name: string, data: unknown) => ({ event: name, id: undefined, data });

describe('the progress line', () => {
  it('says how many children have ended, and how many of them not well', () => {
    const { notes, line } = lineOn(true);
    line.hear(event('state', { state: 'waiting' }));
    line.hear(event('children', { total: 8, unfinished: 2, succeeded: 5, unsuccessful: 1 }));
    expect(notes.at(-1)).toContain('[##################......]  75 % waiting  6 of 8 children, 1 not successful');
  });

  it('says what the run says of itself first', () => {
    const { notes, line } = lineOn(true);
    line.hear(event('progress', { fraction: 0.5, note: 'half of it' }));
    expect(notes.at(-1)).toContain('[############............]  50 % queued  half of it');
  });

  it('is not there where lines cannot be written over, but the lines above it are', () => {
    const { notes, line } = lineOn(false);
    line.hear(event('state', { state: 'running' }));
    line.above('a line of the log');
    line.clear();
    expect(notes).toEqual(['a line of the log\n']);
  });
});
