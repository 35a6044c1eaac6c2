import type { CallPlace, OpenCall } from '@millrace/runs';
import { silentLogger } from '@millrace/telemetry';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MiscountedCalls } from './miscounted-calls.js';
import type { SweepParts } from './sweep-parts.js';

describe('the audit of calls', () => {
  afterEach(() => vi.useRealTimers());

  const threeCalls = [0, 1, 2].map((seq) => ({ runId: 'run', seq, children: 1 }));

  it('counts the children of so many calls a turn, of one at least, and walks around', async () => {
    const calls = [30_000, 15_000, 5_000, 1].map((children, seq) => ({ runId: 'run', seq, children }));
    const { audit, looked } = anAudit({ calls });
    for (let turn = 0; turn < 4; turn += 1) await audit.runOnce();
    expect(looked).toEqual([[0], [1, 2], [3], [0]]);
  });

  it('counts those that were mended, and not those that were right by then', async () => {
    const recount = async ({ seq }: CallPlace) => seq === 2;
    expect(await anAudit({ calls: threeCalls, wrong: [0, 2], recount }).audit.runOnce()).toBe(1);
  });

  it('mends the others when one cannot be counted anew', async () => {
    const recount = async ({ seq }: CallPlace) => (seq === 0 ? Promise.reject(new Error('refused')) : true);
    expect(await anAudit({ calls: threeCalls, wrong: [0, 1, 2], recount }).audit.runOnce()).toBe(2);
  });

  it('takes a twentieth of the time at most when its looks are long', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { audit } = anAudit({ calls: threeCalls, lookMs: 3_000 });
    await audit.runOnce();
    expect(audit.pauseMs).toBe(60_000);
  });
});

interface AuditOptions {
  readonly calls: readonly OpenCall[];
  /** Numbers of those that are wrong when looked at. @default none */
  readonly wrong?: readonly number[];
  /** Whether one is still wrong when it is counted anew. @default all are */
  readonly recount?: (call: CallPlace) => Promise<boolean>;
  /** Milliseconds that a look takes by a clock that is moved by hand. @default not moved */
  readonly lookMs?: number;
}

function anAudit({ calls, wrong = [], recount = async () => true, lookMs }: AuditOptions) {
  const looked: number[][] = [];
  const repairs = {
    openCalls: async (after: CallPlace | undefined) => calls.filter(({ seq }) => seq > (after?.seq ?? -1)),
    async miscounted(asked: readonly CallPlace[]) {
      looked.push(asked.map(({ seq }) => seq));
      if (lookMs !== undefined) vi.advanceTimersByTime(lookMs);
      return asked.filter(({ seq }) => wrong.includes(seq));
    },
    recount,
  };
  return {
    looked,
    audit: new MiscountedCalls({ repairs: repairs as unknown as SweepParts['repairs'], logger: silentLogger }),
  };
}
