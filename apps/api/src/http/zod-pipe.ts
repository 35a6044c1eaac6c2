import type { ProblemIssue } from '@millrace/contracts';
import type { PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { ProblemError } from '../problems/problem.errors.js';
import type { ProblemCode } from '../problems/problem-catalogue.js';
import { toJsonPointer } from './json-pointer.js';
import { nearestName } from './nearest-name.js';
import { isNestedTooDeep, MAX_NESTING } from './nesting.js';

/** Faults that are told of one part of a request at most. */
const MAX_ISSUES = 100;

interface Source {
  readonly code: ProblemCode;
  readonly name: string;
  readonly member: string;
}

const BODY: Source = { code: 'MR_REQUEST_INVALID', name: 'body', member: 'field' };
const QUERY: Source = { code: 'MR_QUERY_INVALID', name: 'query', member: 'parameter' };

/**
 * What a pipe of this schema gives. For the types of handlers' parameters: a contract's own name there is a value too,
 * which decorator metadata would take for a class.
 */
export type Parsed<Schema extends z.ZodObject> = z.output<Schema>;

/** Parses a part of a request by its contract; what does not fit is answered with a pointer for each value at fault. */
export class ZodPipe<Schema extends z.ZodObject> implements PipeTransform<unknown, Parsed<Schema>> {
  private constructor(
    private readonly schema: Schema,
    private readonly source: Source,
  ) {}

  /** For `@Body()`: 422 `MR_REQUEST_INVALID`. */
  static body<Schema extends z.ZodObject>(schema: Schema): ZodPipe<Schema> {
    return new ZodPipe(schema, BODY);
  }

  /** For `@Query()`: 400 `MR_QUERY_INVALID`. */
  static query<Schema extends z.ZodObject>(schema: Schema): ZodPipe<Schema> {
    return new ZodPipe(schema, QUERY);
  }

  transform(value: unknown): Parsed<Schema> {
    if (isNestedTooDeep(value))
      throw this.#refuse([{ pointer: '', message: `Nested deeper than ${MAX_NESTING} levels` }]);
    const parsed = this.schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw this.#refuse(parsed.error.issues.flatMap((issue) => this.#toIssues(issue)));
  }

  #toIssues(issue: z.core.$ZodIssue): ProblemIssue[] {
    if (issue.code !== 'unrecognized_keys') return [{ pointer: toJsonPointer(issue.path), message: issue.message }];
    return issue.keys.map((key) => ({
      pointer: toJsonPointer([...issue.path, key]),
      message: this.#unknownMember(key, allowedAt(this.schema, issue.path)),
    }));
  }

  #unknownMember(key: string, allowed: readonly string[]): string {
    const nearest = nearestName(key, allowed);
    return nearest === undefined
      ? `There is no ${this.source.member} "${key}"; there are ${allowed.join(', ')}`
      : `There is no ${this.source.member} "${key}"; did you mean "${nearest}"?`;
  }

  #refuse(issues: readonly ProblemIssue[]): ProblemError {
    const { code, name } = this.source;
    const detail = `The ${name} has ${issues.length === 1 ? 'a fault' : `${issues.length} faults`}: see errors.`;
    return new ProblemError(code, detail, { issues: issues.slice(0, MAX_ISSUES) });
  }
}

/** Members of the object that a path leads to. */
function allowedAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const [step, ...rest] = path;
  if (schema instanceof z.ZodOptional) return allowedAt(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodArray) return allowedAt(schema.element as z.ZodType, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  return step === undefined ? Object.keys(schema.shape) : allowedAt(schema.shape[String(step)] as z.ZodType, rest);
}
