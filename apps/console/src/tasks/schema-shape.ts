/** A JSON Schema, as far as a form can be made from it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** Which control shows a value; `json` takes everything that no other does. */
export type Control =
  'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'moment' | 'day' | 'object' | 'list' | 'json';

/** The schema that a `$ref` within `root` points at, and of a value that may be null the other half. */
export function resolveSchema(schema: Schema, root: Schema): Schema {
  if (schema.$ref !== undefined) {
    const target = schema.$ref === '#' ? root : root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    return target === undefined ? {} : { ...resolveSchema(target, root), ...without(schema, ['$ref']) };
  }
  const options = schema.anyOf ?? schema.oneOf;
  const valued = options?.filter(({ type }) => type !== 'null');
  const [only] = valued ?? [];
  if (only !== undefined && valued?.length === 1) {
    return { ...resolveSchema(only, root), ...without(schema, ['anyOf', 'oneOf']) };
  }
  return schema;
}

function without(schema: Schema, names: readonly (keyof Schema)[]): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !(names as readonly string[]).includes(name)));
}

/** Of a resolved schema. */
export function controlOf(schema: Schema): Control {
  if (schema.enum !== undefined && schema.enum.every((value) => typeof value === 'string')) return 'choice';
  const types = [schema.type ?? []].flat().filter((type) => type !== 'null');
  const [type = 'any'] = types.length === 1 ? types : [];
  switch (type) {
    case 'string':
      if (schema.format === 'date-time') return 'moment';
      return schema.format === 'date' ? 'day' : 'text';
    case 'number':
      return 'number';
    case 'integer':
      return 'integer';
    case 'boolean':
      return 'boolean';
    case 'array':
      return schema.items === undefined ? 'json' : 'list';
    case 'object':
      return schema.properties === undefined ? 'json' : 'object';
    default:
      return 'json';
  }
}

/** What a form begins with: the defaults, and what must be there. */
export function initialValue(schema: Schema, root: Schema): unknown {
  const resolved = resolveSchema(schema, root);
  if (resolved.default !== undefined) return resolved.default;
  const control = controlOf(resolved);
  if (control === 'list') return [];
  if (control === 'boolean') return false;
  if (control !== 'object') return undefined;
  const required = resolved.required ?? [];
  const members = Object.entries(resolved.properties ?? {})
    .map(([name, property]) => [name, propertyValue(property, root, required.includes(name))] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(members);
}

function propertyValue(property: Schema, root: Schema, isRequired: boolean): unknown {
  return isRequired ? initialValue(property, root) : resolveSchema(property, root).default;
}
