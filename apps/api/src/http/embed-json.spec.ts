import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embedJson } from './embed-json.js';

describe('embedJson', () => {
  it('writes the same document as JSON.stringify of the whole', () => {
    fc.assert(
      fc.property(fc.object(), fc.jsonValue(), (head, result) => {
        const document = embedJson(head, { '"result"': JSON.stringify(result), error: null });
        expect(JSON.parse(document)).toEqual(JSON.parse(JSON.stringify({ ...head, '"result"': result, error: null })));
      }),
    );
  });

  it('passes the text through to the byte', () => {
    expect(embedJson({}, { result: '{ "n": 1.0, "s": "\\u0000\\ud800" }' })).toBe(
      '{"result":{ "n": 1.0, "s": "\\u0000\\ud800" }}',
    );
  });
});
