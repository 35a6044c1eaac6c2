import { describe, expect, it } from 'vitest';
import { checkInput } from './input-check.js';
import type { Schema } from './schema-shape.js';

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1 },
    count: { type: 'integer' },
    'a/b': { type: 'object', required: ['x'], properties: { x: { type: 'number' } } },
  },
  required: ['name'],
  additionalProperties: false,
} as Schema;
const pointersOf = (input: unknown) => [...checkInput(schema, input).keys()];

describe('an input', () => {
  it('that fits has no fault', () => {
    expect(pointersOf({ name: 'Ada', count: 3 })).toEqual([]);
  });

  it('has its faults where they are', () => {
    expect(pointersOf({ name: '', count: 1.5 })).toEqual(['/name', '/count']);
  });

  it('lacks what is needed under the name that it would have', () => {
    expect([...checkInput(schema, { 'a/b': {} })]).toEqual([
      ['/name', 'This is needed'],
      ['/a~1b/x', 'This is needed'],
    ]);
  });

  it('has what nobody asked for, where it stands', () => {
    expect(pointersOf({ name: 'Ada', nmae: 1 })).toEqual(['/nmae']);
  });

  it('that is no object at all is at fault as a whole', () => {
    expect(pointersOf(undefined)).toEqual(['']);
  });
});
