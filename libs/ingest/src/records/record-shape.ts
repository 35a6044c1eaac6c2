import type { z } from 'zod';

/** The fields that a schema knows, seen from values that it takes. */
interface Shape {
  /** Keys of the value that the schema knows, with those of the values in it. */
  knownKeys(value: unknown): number;
  /** Whether it takes numbers that may have been rounded: all but those that are integers by the schema. */
  readonly takesFractions: boolean;
  /** Whether all its objects are known key by key. */
  readonly seenThrough: boolean;
}

type Definition = z.core.$ZodTypeDef & {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly catchall?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly format?: string;
};

const LEAF: Shape = { knownKeys: () => 0, takesFractions: false, seenThrough: true };
const FRACTION: Shape = { ...LEAF, takesFractions: true };
/** A schema that is not seen through: whatever it takes is known to it. */
const OPAQUE: Shape = { knownKeys: countKeys, takesFractions: true, seenThrough: false };
const INTEGERS = new Set(['safeint', 'int32', 'uint32']);
const WRAPPERS = new Set(['optional', 'nullable', 'default', 'prefault', 'nonoptional', 'readonly', 'catch']);
const LEAVES = new Set(['string', 'boolean', 'null', 'enum', 'undefined', 'date', 'bigint', 'template_literal']);

/** What a record's schema knows of: objects, arrays and what wraps them; unions, records and the like are not seen through. */
export function shapeOf(schema: z.core.$ZodType): Shape {
  const definition: Definition = schema._zod.def;
  const { type } = definition;
  if (definition.shape && !definition.catchall) return shapeOfObject(definition.shape);
  if (type === 'array' && definition.element) return shapeOfArray(shapeOf(definition.element));
  if (WRAPPERS.has(type) && definition.innerType) return shapeOf(definition.innerType);
  if (type === 'pipe' && definition.in) return shapeOf(definition.in);
  if (type === 'number') return isInteger(definition) ? LEAF : FRACTION;
  return LEAVES.has(type) ? LEAF : OPAQUE;
}

/** Keys of a value, with those of the values in it: of equal keys JSON.parse leaves one. */
export function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let keys = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const inner of Object.values(value)) keys += countKeys(inner);
  return keys;
}

function shapeOfObject(fields: NonNullable<Definition['shape']>): Shape {
  const shapes = Object.entries(fields).map(([name, schema]) => ({ name, schema, shape: shapeOf(schema) }));
  const required = shapes.filter(({ schema }) => schema._zod.optin === undefined).length;
  const optional = shapes.filter(({ schema }) => schema._zod.optin !== undefined).map(({ name }) => name);
  const nested = shapes.filter(({ shape }) => shape !== LEAF && shape !== FRACTION);
  return {
    takesFractions: shapes.some(({ shape }) => shape.takesFractions),
    seenThrough: shapes.every(({ shape }) => shape.seenThrough),
    knownKeys: (value) => {
      if (typeof value !== 'object' || value === null) return 0;
      const record = value as Readonly<Record<string, unknown>>;
      let keys = required;
      for (const name of optional) if (Object.hasOwn(record, name)) keys += 1;
      for (const { name, shape } of nested) if (Object.hasOwn(record, name)) keys += shape.knownKeys(record[name]);
      return keys;
    },
  };
}

function shapeOfArray(element: Shape): Shape {
  return {
    takesFractions: element.takesFractions,
    seenThrough: element.seenThrough,
    knownKeys: (value) => {
      if (!Array.isArray(value) || element === LEAF || element === FRACTION) return 0;
      let keys = 0;
      for (const item of value) keys += element.knownKeys(item);
      return keys;
    },
  };
}

function isInteger({ format, checks = [] }: Definition): boolean {
  const formats = [format, ...checks.map(({ _zod }) => (_zod.def as { readonly format?: string }).format)];
  return formats.some((name) => name !== undefined && INTEGERS.has(name));
}
