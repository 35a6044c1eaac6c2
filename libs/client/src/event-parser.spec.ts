import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventParser } from './event-parser.js';

const STREAM =
  'retry: 1000\n\n: alive\n\nid: 1\nevent: line\ndata: {"n":1}\n\ndata: [1,\ndata: 2]\n\n: alive\n\nid:3\ndata:"x"\n\n';
const EVENTS = [
  { event: 'line', id: '1', data: { n: 1 } },
  { event: 'message', id: undefined, data: [1, 2] },
  { event: 'message', id: '3', data: 'x' },
];

describe('server-sent events', () => {
  it('are read from a stream, comments and the time to reconnect left out', () => {
    expect(new EventParser().push(STREAM)).toEqual(EVENTS);
  });

  it('are the same wherever the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 8 }), (cuts) => {
        const parser = new EventParser();
        const places = [0, ...cuts.toSorted((a, b) => a - b), STREAM.length];
        const pieces = places.slice(1).map((end, at) => STREAM.slice(places[at], end));
        expect(pieces.flatMap((piece) => parser.push(piece))).toEqual(EVENTS);
      }),
    );
  });

  it('that are not complete are none yet', () => {
    const parser = new EventParser();
    expect(parser.push('data: 1\n')).toEqual([]);
    expect(parser.push('\n')).toEqual([{ event: 'message', id: undefined, data: 1 }]);
  });
});
