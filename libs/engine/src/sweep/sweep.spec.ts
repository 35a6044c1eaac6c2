import { silentLogger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import type { Repair } from './repair.port.js';
import { Sweep } from './sweep.js';

const mends = (kind: string, count: number): Repair => ({ kind, pauseMs: 1, runOnce: async () => count });
const fails: Repair = { kind: 'broken', pauseMs: 1, runOnce: () => Promise.reject(new Error('no such table')) };

describe('Sweep', () => {
  it('gives the count of each kind, and adds them up over its turns', async () => {
    const sweep = new Sweep([mends('lost', 2), mends('unwoken', 0)], silentLogger);
    expect(await sweep.runOnce()).toEqual({ lost: 2, unwoken: 0 });
    await sweep.runOnce();
    expect(sweep.totals).toEqual({ lost: 4, unwoken: 0 });
  });

  it('mends the other kinds when one fails', async () => {
    const sweep = new Sweep([fails, mends('lost', 1)], silentLogger);
    expect(await sweep.runOnce()).toEqual({ broken: 0, lost: 1 });
  });

  it('lets no kind wait for one that has much to do or fails, and ends with the turns under way', async () => {
    let end: () => void = () => undefined;
    const busy: Repair = { kind: 'redelivered', runOnce: () => new Promise((resolve) => (end = () => resolve(7))) };
    const sweep = new Sweep([busy, fails, mends('lost', 1)], silentLogger);
    sweep.start();
    await waitFor(() => (sweep.totals['lost'] ?? 0) > 2);
    const stopped = sweep.stop();
    end();
    await stopped;
    const { totals } = sweep;
    expect(totals).toMatchObject({ redelivered: 7, broken: 0 });
  });
});
