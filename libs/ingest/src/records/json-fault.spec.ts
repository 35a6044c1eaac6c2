import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findFault, isExact, mayRound } from './json-fault.js';

const fault = (json: string, textLength = 100) => findFault(Buffer.from(json), textLength);

describe('findFault', () => {
  it('finds none in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(undefined, 2), (value, indent) => {
        fc.pre(!JSON.stringify(value).includes('"__proto__"'));
        expect(fault(JSON.stringify(value, null, indent), 1e6)).toBeUndefined();
      }),
    );
  });

  it('says the same of a text as JSON.parse does', () => {
    const damaged = fc
      .tuple(fc.jsonValue(), fc.nat(), fc.constantFrom(...'{}[]",:0aN\\ '))
      .map(([value, at, character]) => {
        const json = JSON.stringify(value);
        const place = at % json.length;
        return json.slice(0, place) + character + json.slice(place + 1);
      });
    const isJson = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(damaged, (text) => {
        expect(fault(text, 1e6)?.code === 'MR_JSON_SYNTAX').toBe(!isJson(text));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['a key that comes twice', '{"a": 1, "b": {"c": 1, "c": 2}}', 'MR_KEY_TWICE', ['b', 'c'], 23],
    ['the same key written another way', String.raw`{"a": 1, "\u0061": 2}`, 'MR_KEY_TWICE', ['a'], 9],
    ['the key __proto__', '[{"__proto__": {"a": 1}}]', 'MR_KEY_RESERVED', [0, '__proto__'], 2],
    ['__proto__ written with escapes', String.raw`{"\u005f_proto__": 1}`, 'MR_KEY_RESERVED', ['__proto__'], 1],
    ['an integer beyond 2^53', '{"a": [1, 9007199254740993]}', 'MR_NUMBER_INEXACT', ['a', 1], 10],
    ['a number beyond all doubles', '{"a": 1e400}', 'MR_NUMBER_INEXACT', ['a'], 6],
    ['a text that is too long', `["${'x'.repeat(101)}"]`, 'MR_TEXT_TOO_LONG', [0], 1],
    ['NaN', '{"a": NaN}', 'MR_JSON_SYNTAX', ['a'], 6],
    ['-Infinity', '{"a": -Infinity}', 'MR_JSON_SYNTAX', ['a'], 7],
    ['an end inside', '{"a": 1', 'MR_JSON_SYNTAX', ['a'], 7],
  ])('tells where %s stands', (_, json, code, path, at) => {
    expect(fault(json)).toMatchObject({ code, path, at });
  });

  it('takes equal keys of different objects, and equal texts', () => {
    expect(fault('{"a": {"a": "a"}, "b": [{"a": 1}, {"a": 1}]}')).toBeUndefined();
  });
});

describe('isExact', () => {
  it('takes every number that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(isExact(JSON.stringify(number))).toBe(true);
        expect(isExact(number.toExponential())).toBe(true);
      }),
    );
  });

  it('tells every integer that is no double', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (integer) => {
        expect(isExact(String(integer)) || BigInt(Number(integer)) !== integer).toBe(true);
      }),
    );
    expect(['9007199254740993', '0.10000000000000000001', '1e400', '4.00000000000000000001'].filter(isExact)).toEqual(
      [],
    );
  });

  it('is asked about every number that is not', () => {
    const number = fc.stringMatching(/^-?(0|[1-9]\d{0,25})(\.\d{1,25})?([eE][+-]?\d{1,3})?$/);
    fc.assert(
      fc.property(number, fc.constantFrom('[', '{"a":', '[1, ', ''), (text, before) => {
        expect(isExact(text) || mayRound(before + text)).toBe(true);
      }),
    );
  });
});
