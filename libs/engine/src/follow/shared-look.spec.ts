import { silentLogger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import { expect, it } from 'vitest';
import { type Follower, SharedLook } from './shared-look.js';

it('looking takes a tenth of the time at most, however often something is hinted', async () => {
  const looks: { readonly begun: number; readonly ended: number }[] = [];
  const look = new SharedLook<Follower>(
    async () => {
      const begun = performance.now();
      await waitFor(() => performance.now() - begun > 20);
      looks.push({ begun, ended: performance.now() });
      return [];
    },
    silentLogger,
    { pauseMs: 1, hintPauseMs: 1 },
  );
  look.add({ runId: 'run', ready: () => true });
  await waitFor(() => {
    look.hint('run');
    return looks.length === 4;
  });
  look.stop();
  looks.slice(1).forEach(({ begun }, index) => {
    const before = looks[index] as (typeof looks)[number];
    // A timer may be a millisecond early.
    expect(begun - before.ended).toBeGreaterThanOrEqual(9 * (before.ended - before.begun) - 2);
  });
});
