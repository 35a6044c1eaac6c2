/** Where a command writes, and what it writes to. */
export interface Terminal {
  /** What was asked for: stdout. */
  readonly out: (text: string) => void;
  /** What happens meanwhile: stderr. */
  readonly note: (text: string) => void;
  /** Whether a line of notes can be written over. */
  readonly rewrites: boolean;
  /** Ends waits: Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The terminal of this process. The first Ctrl-C ends what is followed, the run goes on; the second ends the process. */
export function processTerminal(): Terminal {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(text),
    rewrites: process.stderr.isTTY,
    signal: stop.signal,
  };
}
