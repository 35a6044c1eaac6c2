import type { z } from 'zod';

/** A field whose bytes can be judged without JSON.parse and zod. */
export type ReadableField =
  { readonly kind: 'text'; readonly maxLength: number } | { readonly kind: 'time' } | { readonly kind: 'int32' };

/** What a record looks like when it is exactly as its schema declares it. */
export type ReadableShape =
  | ReadableField
  | { readonly kind: 'array'; readonly item: ReadableShape }
  | { readonly kind: 'object'; readonly fields: readonly ReadableMember[] };

export interface ReadableMember {
  readonly name: string;
  readonly shape: ReadableShape;
}

type Definition = z.core.$ZodTypeDef & {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly format?: string;
  readonly checks?: readonly unknown[];
};

const declared = new WeakMap<z.core.$ZodType, ReadableField>();

/** Says what the values of a schema of ours look like: its refinements and transforms cannot be seen from outside. */
export function declareReadable<Schema extends z.core.$ZodType>(schema: Schema, field: ReadableField): Schema {
  declared.set(schema, field);
  return schema;
}

/** Brackets open at its deepest place. */
export function depthOf(shape: ReadableShape): number {
  switch (shape.kind) {
    case 'array':
      return 1 + depthOf(shape.item);
    case 'object':
      return 1 + Math.max(...shape.fields.map((field) => depthOf(field.shape)));
    case 'text':
    case 'time':
    case 'int32':
      return 0;
  }
}

/**
 * What the records of a schema look like; undefined when it has a part that is not known exactly: a refinement, an
 * optional field, a type without a reader. What is added to a known schema makes it another one, which is not known.
 * @param textLength no text is longer
 */
export function readableShape(schema: z.core.$ZodType, textLength: number): ReadableShape | undefined {
  const known = declared.get(schema);
  if (known?.kind === 'text') return { kind: 'text', maxLength: Math.min(known.maxLength, textLength) };
  if (known) return known;
  const definition: Definition = schema._zod.def;
  if ((definition.checks?.length ?? 0) > 0) return undefined;
  if (definition.type === 'number' && definition.format === 'int32') return { kind: 'int32' };
  if (definition.type === 'array' && definition.element) return arrayShape(definition.element, textLength);
  return definition.type === 'object' && definition.shape ? objectShape(definition.shape, textLength) : undefined;
}

function arrayShape(element: z.core.$ZodType, textLength: number): ReadableShape | undefined {
  const item = readableShape(element, textLength);
  return item && { kind: 'array', item };
}

function objectShape(shapes: Readonly<Record<string, z.core.$ZodType>>, textLength: number): ReadableShape | undefined {
  const fields: ReadableMember[] = [];
  for (const [name, schema] of Object.entries(shapes)) {
    const shape = readableShape(schema, textLength);
    // A key that JSON would escape is looked at the slow way.
    if (!shape || !/^[\w -]+$/.test(name) || name === '__proto__') return undefined;
    fields.push({ name, shape });
  }
  return fields.length === 0 ? undefined : { kind: 'object', fields };
}
