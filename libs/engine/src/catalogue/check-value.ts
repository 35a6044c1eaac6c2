import type { z } from 'zod';
import type { ValueIssue } from '../engine.errors.js';

export type CheckedValue =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly issues: readonly ValueIssue[] };

/** Parses a value by a schema; on failure says where, as JSON pointers. */
export function checkValue(schema: z.ZodType, value: unknown): Promise<CheckedValue> {
  return schema.safeParseAsync(value).then(toChecked);
}

/** As `checkValue`, for schemas without asynchronous checks. */
export function checkValueSync(schema: z.ZodType, value: unknown): CheckedValue {
  return toChecked(schema.safeParse(value));
}

function toChecked(parsed: z.ZodSafeParseResult<unknown>): CheckedValue {
  if (parsed.success) return { ok: true, value: parsed.data };
  return {
    ok: false,
    issues: parsed.error.issues.map(({ path, message }) => ({ pointer: toPointer(path), message })),
  };
}

/** RFC 6901: `~` is `~0`, `/` is `~1`; the whole value is the empty string. */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
