import { Problem } from '@millrace/contracts';
import { HttpException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { isProblemCode, PROBLEMS, type ProblemCode } from './problem-catalogue.js';
import { ProblemError } from './problem.errors.js';
import { toProblem } from './to-problem.js';

const fastifyError = (code: string, statusCode: number) =>
  Object.assign(new Error('said by Fastify'), { name: 'FastifyError', code, statusCode });

describe('toProblem', () => {
  it.each(Object.keys(PROBLEMS) as ProblemCode[])('%s is answered by its status, and fits the contract', (code) => {
    const problem = toProblem(new ProblemError(code, 'what happened'), 'request 1');
    expect(Problem.parse(problem)).toEqual({
      type: `/docs/errors/${code}`,
      ...PROBLEMS[code],
      code,
      detail: 'what happened',
      instance: 'request 1',
    });
  });

  it("points an input's faults into the body it came in", () => {
    const error = Object.assign(new Error('no'), {
      code: 'MR_INPUT_INVALID',
      issues: [
        { pointer: '', message: 'a' },
        { pointer: '/period/from', message: 'b' },
      ],
    });
    expect(toProblem(error, 'r').errors).toEqual([
      { pointer: '/input', message: 'a' },
      { pointer: '/input/period/from', message: 'b' },
    ]);
  });

  it('carries the nearest name and the run in the way', () => {
    const runId = '01931b5c-9d2e-7f00-8000-000000000000';
    const error = Object.assign(new Error('no'), { code: 'MR_IDEMPOTENCY_CONFLICT', nearest: 'hello', runId });
    expect(toProblem(error, 'r')).toMatchObject({ status: 409, nearest: 'hello', runId });
  });

  it.each([
    ['FST_ERR_CTP_INVALID_JSON_BODY', 400, 'MR_JSON_MALFORMED'],
    ['FST_ERR_CTP_EMPTY_JSON_BODY', 400, 'MR_JSON_MALFORMED'],
    ['FST_ERR_CTP_BODY_TOO_LARGE', 413, 'MR_BODY_TOO_LARGE'],
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 415, 'MR_CONTENT_TYPE_UNSUPPORTED'],
    ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 400, 'MR_REQUEST_MALFORMED'],
    ['FST_ERR_BAD_URL', 400, 'MR_REQUEST_MALFORMED'],
  ])('%s, as Fastify throws it or as Nest wraps it, is %i %s', (fastifyCode, status, code) => {
    const error = fastifyError(fastifyCode, status);
    expect(toProblem(error, 'r')).toMatchObject({ status, code });
    expect(toProblem(new HttpException(error.message, status, { cause: error }), 'r')).toMatchObject({ status, code });
  });

  it('knows a route that is not there', () => {
    expect(toProblem(new NotFoundException('Cannot GET /x'), 'r')).toMatchObject({ code: 'MR_ROUTE_UNKNOWN' });
  });

  it.each([
    [new Error('password is hunter2')],
    [fastifyError('FST_ERR_HANDLER_TIMEOUT', 500)],
    [Object.assign(new Error('relation "runs" does not exist'), { code: '42P01' })],
    ['thrown text'],
    [undefined],
  ])('says nothing of %s', (thrown) => {
    const problem = toProblem(thrown, 'request 7');
    expect(problem).toMatchObject({ status: 500, code: 'MR_INTERNAL', instance: 'request 7' });
    expect(JSON.stringify(problem)).not.toMatch(/hunter2|runs|Fastify|thrown text|stack/);
  });
});

describe('isProblemCode', () => {
  it('says that PostgreSQL is away, also when TypeORM wraps it', () => {
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const wrapped = Object.assign(new Error('query failed'), { driverError: away });
    for (const error of [away, wrapped]) {
      expect(toProblem(error, 'r')).toMatchObject({ status: 503, code: 'MR_DATABASE_UNAVAILABLE' });
    }
  });

  it('takes no inherited name', () => {
    expect(isProblemCode('toString')).toBe(false);
  });
});
