import type { z } from 'zod';
import { jsonOf } from '../replay/json-of.js';
import { ValueRefusedError } from './test-kit.errors.js';

/** Bytes of JSON that the engine keeps of a result. */
const RESULT_LIMIT = 1024 * 1024;

/** A value as its JSON gives it back, as everything that a run takes and gives travels. */
export function throughJson(value: unknown, role: string): unknown {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new TypeError(`${role} is ${typeof value}, which is no JSON value.`);
  return JSON.parse(json) as unknown;
}

/**
 * What a task's function is given: the input as JSON, parsed by the schema.
 * @throws ValueRefusedError
 */
export async function checkInput(taskId: string, schema: z.ZodType, input: unknown): Promise<unknown> {
  const role = `The input for "${taskId}"`;
  return valueOf(await schema.safeParseAsync(throughJson(input, role)), 'MR_INPUT_INVALID', role);
}

/**
 * A result, parsed by the schema.
 * @throws ValueRefusedError
 */
export async function checkResult(taskId: string, schema: z.ZodType, result: unknown): Promise<unknown> {
  return valueOf(await schema.safeParseAsync(result), 'MR_RESULT_INVALID', `The result of "${taskId}"`);
}

/** As `checkResult`, for schemas without asynchronous checks. */
export function checkResultNow(taskId: string, schema: z.ZodType, result: unknown): unknown {
  return valueOf(schema.safeParse(result), 'MR_RESULT_INVALID', `The result of "${taskId}"`);
}

/**
 * What is kept of a parsed result: what its JSON gives back, at most 1 MiB.
 * @throws ValueRefusedError
 */
export function keptResult(taskId: string, parsed: unknown): unknown {
  const json = jsonOf(parsed ?? null, (reason) => {
    const message = `The result of "${taskId}" does not match its schema: the value: ${reason}`;
    return new ValueRefusedError('MR_RESULT_INVALID', message, '');
  });
  const bytes = Buffer.byteLength(json);
  if (bytes <= RESULT_LIMIT) return JSON.parse(json) as unknown;
  throw new ValueRefusedError(
    'MR_RESULT_TOO_LARGE',
    `The result of "${taskId}" is ${bytes} bytes of JSON; at most ${RESULT_LIMIT} are kept.`,
  );
}

function valueOf(parsed: z.ZodSafeParseResult<unknown>, code: ValueRefusedError['code'], role: string): unknown {
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({ pointer: toPointer(path), message }));
  const words = issues.map(({ pointer, message }) => `${pointer || 'the value'}: ${message}`).join('; ');
  throw new ValueRefusedError(code, `${role} does not match its schema: ${words}`, issues[0]?.pointer);
}

/** RFC 6901. */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
