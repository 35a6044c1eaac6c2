import { CreateRun, RunListQuery } from '@millrace/contracts';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../problems/problem.errors.js';
import { ZodPipe } from './zod-pipe.js';

function refusal(work: () => unknown): ProblemError {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('ZodPipe', () => {
  const body = ZodPipe.body(CreateRun);
  const query = ZodPipe.query(RunListQuery);

  it('gives what the contract makes of a body, its defaults included', () => {
    expect(body.transform({ task: 'hello' })).toEqual({ task: 'hello', input: {}, priority: 0 });
  });

  it('points at each value at fault', () => {
    const { code, issues } = refusal(() => body.transform({ task: '', priority: 1.5 }));
    expect(code).toBe('MR_REQUEST_INVALID');
    expect(issues?.map(({ pointer }) => pointer)).toEqual(['/task', '/priority']);
  });

  it('refuses an unknown field and names the near one', () => {
    const { issues } = refusal(() => body.transform({ task: 'hello', prioritty: 1 }));
    expect(issues).toEqual([
      { pointer: '/prioritty', message: expect.stringContaining('did you mean "priority"?') as string },
    ]);
  });

  it('names the fields there are when none is near', () => {
    const { issues } = refusal(() => body.transform({ task: 'hello', 'a/b~c': 1 }));
    expect(issues).toEqual([
      { pointer: '/a~1b~0c', message: expect.stringContaining('there are task, input, priority, notBefore') as string },
    ]);
  });

  it('refuses a body that is no object', () => {
    expect(refusal(() => body.transform([])).issues).toMatchObject([{ pointer: '' }]);
    expect(refusal(() => body.transform(undefined)).issues).toMatchObject([{ pointer: '' }]);
  });

  it('refuses what is nested so deep that it could not be written again', () => {
    const nested: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(refusal(() => body.transform({ task: 'hello', input: nested })).issues).toMatchObject([
      { message: 'Nested deeper than 256 levels' },
    ]);
  });

  it('reads states separated by commas, repeated, or both', () => {
    expect(query.transform({ state: 'queued,running' }).state).toEqual(['queued', 'running']);
    expect(query.transform({ state: ['queued', 'failed,cancelled'] }).state).toEqual(['queued', 'failed', 'cancelled']);
    expect(query.transform({}).state).toBeUndefined();
  });

  it.each([
    [{ limit: '0' }, '/limit'],
    [{ limit: '201' }, '/limit'],
    [{ limit: 'many' }, '/limit'],
    [{ state: 'done' }, '/state/0'],
    [{ createdAfter: 'yesterday' }, '/createdAfter'],
    [{ parent: '7' }, '/parent'],
    [{ sate: 'queued' }, '/sate'],
    [{ parent: '01931b5c-9d2e-7f00-8000-000000000000', rootOnly: 'true' }, '/rootOnly'],
  ])('refuses the query %j', (given, pointer) => {
    expect(refusal(() => query.transform(given))).toMatchObject({ code: 'MR_QUERY_INVALID', issues: [{ pointer }] });
  });
});
