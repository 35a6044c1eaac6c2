import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { isBadData, isConflict, isPassing } from '../../sql-state.js';
import { toFailure, toFailureMessage } from './failure-message.js';

/** What is thrown on the other side of a channel between threads. */
const sent = (error: unknown) => toFailure(structuredClone(toFailureMessage(error)));

function databaseError(code: string): DatabaseError {
  const error = new DatabaseError('refused', 100, 'error');
  return Object.assign(error, { code, detail: 'why', table: 'vehicles' });
}

describe('a failure that goes to another thread', () => {
  it.each([
    ['40P01', isConflict],
    ['22021', isBadData],
    ['53300', isPassing],
  ])('is judged there by its SQLSTATE, %s, as here', (code, judge) => {
    expect(judge(sent(databaseError(code)))).toBe(true);
    // Looked-up keys come to the thread by one channel, and go back with its reading by another.
    expect(sent(sent(databaseError(code)))).toMatchObject({
      message: 'refused',
      code,
      detail: 'why',
      table: 'vehicles',
    });
    expect(judge(sent(new Error('refused')))).toBe(false);
  });

  it("is judged there by the code of the system's error, as here", () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(isPassing(sent(refused))).toBe(true);
    // As Node has it of a host with several addresses.
    const { code } = refused;
    expect(isPassing(sent(Object.assign(new AggregateError([refused]), { code })))).toBe(true);
    expect(isPassing(sent(new Error('Connection terminated unexpectedly')))).toBe(true);
  });

  it('says what was thrown, whatever that was', () => {
    expect(sent('a text').message).toBe('a text');
    expect(sent(new Error('in the thread')).message).toMatch(/in the thread[^]*failure-message\.spec/);
  });
});
