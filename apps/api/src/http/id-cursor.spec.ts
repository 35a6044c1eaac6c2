import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../problems/problem.errors.js';
import { decodeCursor, encodeCursor } from './id-cursor.js';

describe('a cursor', () => {
  it('leads back to the id it was made from', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(decodeCursor(encodeCursor(id))).toBe(id);
      }),
    );
  });

  it('is refused unless we made it', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.base64String({ minLength: 20, maxLength: 24 })),
        (text) => {
          try {
            expect(encodeCursor(decodeCursor(text))).toBe(text);
          } catch (error) {
            expect(error).toBeInstanceOf(ProblemError);
            expect(error).toMatchObject({ code: 'MR_QUERY_INVALID', issues: [{ pointer: '/cursor' }] });
          }
        },
      ),
    );
  });

  it('is refused when a character is missing or its last bits are set', () => {
    const cursor = encodeCursor('01931b5c-9d2e-7f00-8000-000000000000');
    expect(() => decodeCursor(cursor.slice(1))).toThrow(ProblemError);
    expect(() => decodeCursor(`${cursor.slice(0, -1)}B`)).toThrow(ProblemError);
  });
});
