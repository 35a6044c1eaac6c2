import type { CallRecord, ClaimedRun } from '@millrace/runs';
import { defineTask } from '@millrace/sdk';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TaskRegistry } from '../catalogue/task-registry.js';
import { planCalls } from './plan-calls.js';

const parts = { input: z.null(), result: z.null(), run: async () => null };
const batched = defineTask({ ...parts, id: 'batched', batch: { max: 3, runBatch: async () => [] } });
const plain = defineTask({ ...parts, id: 'plain' });
const registry = TaskRegistry.from([batched, plain].map((value) => ({ value, origin: 'spec' })));

describe('runs that are claimed together', () => {
  it('share a call with those of the same task, up to the size of its batches', () => {
    const runs = Array.from({ length: 5 }, () => claimed('batched'));
    const seats = planCalls(runs, registry);
    const codes = runs.map((run) => seats.get(run)?.code);
    expect(new Set(codes.slice(0, 3)).size).toBe(1);
    expect(new Set(codes).size).toBe(2);
  });

  it('are executed by themselves when one is left over, when they have made calls, and without a batch to go in', () => {
    const four = Array.from({ length: 4 }, () => claimed('batched'));
    const others = [claimed('plain'), claimed('plain'), claimed('unknown'), claimed('batched', [{} as CallRecord])];
    const seats = planCalls([...others, ...four], registry);
    expect(four.filter((run) => !seats.has(run))).toEqual([four[3]]);
    expect(others.filter((run) => seats.has(run))).toEqual([]);
  });
});

function claimed(taskId: string, record: readonly CallRecord[] = []): ClaimedRun {
  return { taskId, record } as ClaimedRun;
}
