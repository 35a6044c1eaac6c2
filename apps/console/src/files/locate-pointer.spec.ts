import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locatePointer, withinRecord } from './locate-pointer.js';

const found = (text: string, pointer: string) => {
  const range = locatePointer(text, pointer);
  return range && text.slice(...range);
};

describe('the value at a pointer', () => {
  const text = '{ "id" : "a\\"b", "list":[1, {"x":-2.5e3 }], "a/b": {"~": null}, "odd": "}" }';

  it.each([
    ['', text],
    ['/id', '"a\\"b"'],
    ['/list', '[1, {"x":-2.5e3 }]'],
    ['/list/0', '1'],
    ['/list/1/x', '-2.5e3'],
    ['/a~1b/~0', 'null'],
    ['/odd', '"}"'],
  ])('%s is found', (pointer, value) => {
    expect(found(text, pointer)).toBe(value);
  });

  it('that is missing is the object that lacks it', () => {
    expect(found(text, '/a~1b/nothing')).toBe('{"~": null}');
    expect(found('[]', '/3')).toBe('[]');
  });

  it('of a row of CSV, which has no such places, is nothing', () => {
    expect(found('d-1,"A",2019-13-01', '/hired_on')).toBeUndefined();
    expect(found('"A",2019-13-01', '/hired_on')).toBeUndefined();
  });

  it('of a text that breaks off goes to its end', () => {
    expect(found('{"a": {"b": "lon', '/a/b')).toBe('"lon');
    expect(found('{"a": ', '/a')).toBe('{"a": ');
  });

  it('is the same that JSON.parse gives, whatever the text holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (document, at) => {
        const entries = Object.entries(document);
        const [name, value] = entries[at % entries.length] ?? ['', undefined];
        const range = found(JSON.stringify(document), `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
        expect(JSON.parse(range ?? '')).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is looked for in any text without falling over', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', 'a', ' ', '1') }),
        (junk) => {
          const [from, to] = locatePointer(junk, '/a/1') ?? [0, 0];
          expect(0 <= from && from <= to && to <= junk.length).toBe(true);
        },
      ),
    );
  });
});

describe('the pointer of a reject', () => {
  it.each([
    ['/events/12/detections/0/value', 12, '/detections/0/value'],
    ['/3/id', 3, '/id'],
    ['/events/7', 7, ''],
    ['/id', 0, '/id'],
  ])('%s of record %i is %j within it', (pointer, index, within) => {
    expect(withinRecord(pointer, index)).toBe(within);
  });
});
