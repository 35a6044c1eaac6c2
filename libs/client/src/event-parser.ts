/** One server-sent event. */
export interface ServerEvent {
  /** @default 'message' */
  readonly event: string;
  /** Hand the last one back as `Last-Event-ID` to go on after it. */
  readonly id: string | undefined;
  /** Its JSON, parsed. */
  readonly data: unknown;
}

/** Cuts a stream of text into server-sent events, however its pieces arrive. Comments, which keep a line open, give none. */
export class EventParser {
  #rest = '';

  /** The events that this piece completes. */
  push(piece: string): ServerEvent[] {
    const blocks = (this.#rest + piece).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.flatMap(parseBlock);
  }
}

function parseBlock(block: string): ServerEvent[] {
  const data: string[] = [];
  let event = 'message';
  let id: string | undefined;
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^(\w+): ?(.*)$/s.exec(line) ?? [];
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id') id = value;
  }
  return data.length === 0 ? [] : [{ event, id, data: JSON.parse(data.join('\n')) as unknown }];
}
