import type { CallPlace, OpenCall } from '@millrace/runs';
import { silentLogger } from '@millrace/telemetry';
import { describe, expect, it } from 'vitest';
import { MiscountedCalls } from './miscounted-calls.js';
import type { SweepParts } from './sweep-parts.js';

describe('the audit of calls', () => {
  it('counts the children of so many calls a turn, of one at least, and walks around', async () => {
    const calls = [30_000, 15_000, 5_000, 1].map((children, seq) => ({ runId: 'run', seq, children }));
    const { audit, looked } = anAudit(calls, []);
    for (let turn = 0; turn < 4; turn += 1) await audit.runOnce();
    expect(looked).toEqual([[0], [1, 2], [3], [0]]);
  });

  it('counts those that were mended, and not those that were right by then', async () => {
    const calls = [0, 1, 2].map((seq) => ({ runId: 'run', seq, children: 1 }));
    expect(await anAudit(calls, [0, 2], [2]).audit.runOnce()).toBe(1);
  });
});

/** An audit of these calls, of which some are wrong when looked at, and some of those still when they are counted anew. */
function anAudit(calls: readonly OpenCall[], wrong: readonly number[], stillWrong = wrong) {
  const looked: number[][] = [];
  const repairs = {
    openCalls: async (after: CallPlace | undefined) => calls.filter(({ seq }) => seq > (after?.seq ?? -1)),
    async miscounted(asked: readonly CallPlace[]) {
      looked.push(asked.map(({ seq }) => seq));
      return asked.filter(({ seq }) => wrong.includes(seq));
    },
    recount: async ({ seq }: CallPlace) => stillWrong.includes(seq),
  };
  return {
    looked,
    audit: new MiscountedCalls({ repairs: repairs as unknown as SweepParts['repairs'], logger: silentLogger }),
  };
}
