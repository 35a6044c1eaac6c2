import { Validator, type Schema as ValidatedSchema } from '@cfworker/json-schema';
import type { Schema } from './schema-shape.js';

/** Faults of an input by JSON pointer; the whole value's under the empty one. */
export type InputFaults = ReadonlyMap<string, string>;

/** Keywords that only say that something below them is at fault. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'properties',
  'items',
  'allOf',
  '$ref',
  'prefixItems',
  'additionalProperties',
]);

/** What the task would refuse, found before it is sent. Patterns and formats are checked by the rules of the schema. */
export function checkInput(schema: Schema, input: unknown): InputFaults {
  // The validator walks plain JSON: what an editor left undefined is not there.
  const value = JSON.parse(JSON.stringify(input ?? null)) as unknown;
  const { errors } = new Validator(schema as ValidatedSchema, '2020-12', false).validate(value);
  const faults = new Map<string, string>();
  for (const { keyword, instanceLocation, error } of errors) {
    if (WRAPPERS.has(keyword)) continue;
    const missing = keyword === 'required' ? /property "(.*)"/.exec(error)?.[1] : undefined;
    const unknown = keyword === 'false' ? 'The task takes no such value' : undefined;
    const pointer = instanceLocation.slice(1) + (missing === undefined ? '' : `/${escapePointer(missing)}`);
    if (!faults.has(pointer))
      faults.set(pointer, missing === undefined ? (unknown ?? sentence(error)) : 'This is needed');
  }
  return faults;
}

/** A member's name as a part of a JSON pointer. */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function sentence(error: string): string {
  return error.replace(/\.$/, '');
}
