import { describe, expect, it } from 'vitest';
import { controlOf, initialValue, resolveSchema, type Schema } from './schema-shape.js';

describe('the control of a schema', () => {
  it.each<[Schema, string]>([
    [{ type: 'string' }, 'text'],
    [{ type: 'string', format: 'date-time' }, 'moment'],
    [{ type: 'string', format: 'date' }, 'day'],
    [{ type: 'string', enum: ['a', 'b'] }, 'choice'],
    [{ type: ['integer', 'null'] }, 'integer'],
    [{ type: 'array', items: { type: 'string' } }, 'list'],
    [{ type: 'object', properties: {} }, 'object'],
    [{ type: 'object' }, 'json'],
    [{ type: ['string', 'number'] }, 'json'],
    [{}, 'json'],
  ])('%j is %s', (schema, control) => {
    expect(controlOf(schema)).toBe(control);
  });
});

describe('a schema is resolved', () => {
  const root: Schema = { $defs: { period: { type: 'object', description: 'A period' } } };

  it('through its reference, whose description the referrer may replace', () => {
    expect(resolveSchema({ $ref: '#/$defs/period', description: 'When' }, root)).toEqual({
      type: 'object',
      description: 'When',
    });
  });

  it('to the half that is not null', () => {
    expect(resolveSchema({ anyOf: [{ type: 'string' }, { type: 'null' }], default: null }, root)).toEqual({
      type: 'string',
      default: null,
    });
  });

  it('to nothing where the reference leads nowhere', () => {
    expect(resolveSchema({ $ref: '#/$defs/absent' }, root)).toEqual({});
  });
});

it('a form begins with the defaults, and with what must be there', () => {
  const schema: Schema = {
    type: 'object',
    required: ['period', 'tags', 'name'],
    properties: {
      name: { type: 'string' },
      greeting: { type: 'string', default: 'Hello' },
      note: { type: 'string' },
      tags: { type: 'array', items: { type: 'string' } },
      period: { type: 'object', properties: { from: { type: 'string' }, open: { type: 'boolean', default: true } } },
    },
  };
  expect(initialValue(schema, schema)).toEqual({ greeting: 'Hello', tags: [], period: { open: true } });
});
