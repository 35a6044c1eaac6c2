import type { CallRecord, ClaimedRun } from '@millrace/runs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallIdentity, hashTexts } from './call-request.js';
import { RecordedCalls } from './recorded-calls.js';

/** Few words, so that calls are often alike. */
const name = fc.constantFrom('a', 'b', 'c');
const identity: fc.Arbitrary<CallIdentity> = fc.oneof(
  name.map((key) => ({ kind: 'step' as const, taskId: undefined, key, inputHash: hashTexts([]) })),
  fc
    .record({ taskId: name, input: name, key: fc.option(name, { nil: undefined }) })
    .map(({ taskId, input, key }) => ({ kind: 'invoke' as const, taskId, key, inputHash: hashTexts([input]) })),
);
const identities = fc.array(identity, { maxLength: 12 });
/** A record, the place from which on it is a memo, and what an attempt asks after the calls that bind it. */
const scene = fc
  .record({ known: identities, asked: identities, place: fc.nat(12) })
  .map(({ known, asked, place }) => ({ known, asked, memoFrom: Math.min(place, known.length) }));

function recordOf(calls: ReadonlyMap<number, CallIdentity>): CallRecord[] {
  return [...calls].map(([seq, call]) => ({
    ...{ ...call, seq, children: 1, created: 1, sealed: true, failed: 0, attempt: 1, value: undefined },
    outcomeSeq: seq + 1,
  }));
}

/** The numbers that these asks are given. */
function numbers(
  calls: ReadonlyMap<number, CallIdentity>,
  memoFrom: number | undefined,
  asks: readonly CallIdentity[],
): { readonly seq: number; readonly isKnown: boolean }[] {
  const recorded = recordedCalls(calls, memoFrom);
  return asks.map((ask) => {
    const { seq, recorded: known } = recorded.take(ask);
    return { seq, isKnown: known !== undefined };
  });
}

function recordedCalls(calls: ReadonlyMap<number, CallIdentity>, memoFrom: number | undefined): RecordedCalls {
  return new RecordedCalls({ runId: 'run', wakes: 0, memoFrom, record: recordOf(calls) } as unknown as ClaimedRun);
}

const numbered = (calls: readonly CallIdentity[]) => new Map(calls.entries());
const alike = (a: CallIdentity, b: CallIdentity) => JSON.stringify(a) === JSON.stringify(b);

describe('a record that binds', () => {
  it('gives each call that is asked again its own number, and new ones the next', () => {
    fc.assert(
      fc.property(identities, identities, (known, more) => {
        const seqs = numbers(numbered(known), undefined, [...known, ...more]);
        expect(seqs).toEqual([...known, ...more].map((_, seq) => ({ seq, isKnown: seq < known.length })));
      }),
    );
  });

  it('refuses another call in the place of one, wherever it is, below the memo as well', () => {
    fc.assert(
      fc.property(scene, fc.nat(), identity, ({ known, memoFrom }, at, other) => {
        fc.pre(memoFrom > 0);
        const place = at % memoFrom;
        fc.pre(!alike(known[place] as CallIdentity, other));
        const asks = [...known.slice(0, place), other];
        expect(() => numbers(numbered(known), memoFrom, asks)).toThrow(
          expect.objectContaining({ code: 'MR_REPLAY_MISMATCH' }),
        );
      }),
    );
  });
});

describe('a record that binds code which has returned', () => {
  it('refuses that it left out a call, and leaves to it which of the memo it asks for', () => {
    fc.assert(
      fc.property(scene, fc.nat(12), ({ known, memoFrom }, asked) => {
        const recorded = recordedCalls(numbered(known), memoFrom);
        for (const ask of known.slice(0, asked)) recorded.take(ask);
        const end = () => recorded.assertAllTaken();
        if (asked >= memoFrom) expect(end).not.toThrow();
        else
          expect(end).toThrow(
            expect.objectContaining({ message: expect.stringContaining(`call ${asked}:`) as string }),
          );
      }),
    );
  });
});

describe('a record that is a memo', () => {
  it('gives each recorded call to one ask alike at most, the first of several first, and new numbers to the others', () => {
    fc.assert(
      fc.property(scene, ({ known, asked, memoFrom }) => {
        const bound = known.slice(0, memoFrom);
        const left = [...known.entries()].slice(memoFrom);
        const given = numbers(numbered(known), memoFrom, [...bound, ...asked]).slice(memoFrom);
        let free = known.length;
        for (const [index, ask] of asked.entries()) {
          const found = left.findIndex(([, call]) => alike(call, ask));
          const [match] = found < 0 ? [] : left.splice(found, 1);
          expect(given[index]).toEqual(match ? { seq: match[0], isKnown: true } : { seq: free++, isKnown: false });
        }
      }),
    );
  });

  it('gives the same numbers to every replay of the attempt, whatever the first one has added', () => {
    fc.assert(
      fc.property(scene, fc.nat(24), ({ known, asked, memoFrom }, progress) => {
        const asks = [...known.slice(0, memoFrom), ...asked];
        const first = numbers(numbered(known), memoFrom, asks);
        const record = new Map(numbered(known));
        // It was suspended somewhere on the way.
        first.slice(0, progress).forEach(({ seq }, index) => record.set(seq, asks[index] as CallIdentity));
        expect(numbers(record, memoFrom, asks).map(({ seq }) => seq)).toEqual(first.map(({ seq }) => seq));
      }),
    );
  });
});
