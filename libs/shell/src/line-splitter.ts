/** Characters of a line; what is longer goes on as the next line. */
const LONGEST_LINE = 8_192;

/**
 * Cuts bytes into lines of text, whatever they are: what is no UTF-8 becomes U+FFFD, and a line without an end is cut, so
 * that memory stays bounded. Of a line that was drawn over by carriage returns, as progress bars are, the last state counts.
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8');
  #rest = '';

  /** The lines that these bytes complete. */
  push(bytes: Uint8Array): string[] {
    return this.#cut(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The line that had no end, if there is one. */
  end(): string[] {
    const lines = this.#cut(this.#decoder.decode());
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? lines : [...lines, shown(rest)];
  }

  #cut(text: string): string[] {
    const lines: string[] = [];
    const pieces = (this.#rest + text).split('\n');
    this.#rest = pieces.pop() ?? '';
    for (const piece of pieces) lines.push(...bounded(shown(piece)));
    while (this.#rest.length > LONGEST_LINE) {
      const end = endOfCut(this.#rest);
      lines.push(shown(this.#rest.slice(0, end)));
      this.#rest = this.#rest.slice(end);
    }
    return lines;
  }
}

function bounded(line: string): string[] {
  const cuts: string[] = [];
  let rest = line;
  while (rest.length > LONGEST_LINE) {
    const end = endOfCut(rest);
    cuts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...cuts, rest];
}

/** Never between the halves of a surrogate pair. */
function endOfCut(line: string): number {
  const last = line.charCodeAt(LONGEST_LINE - 1);
  return last >= 0xd800 && last <= 0xdbff ? LONGEST_LINE - 1 : LONGEST_LINE;
}

/** What a terminal would show of a line. */
function shown(line: string): string {
  const text = line.replace(/\r+$/, '');
  return text.slice(text.lastIndexOf('\r') + 1);
}
