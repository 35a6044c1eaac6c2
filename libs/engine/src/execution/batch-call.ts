import type { BatchOutcome, BatchPolicy } from '@millrace/sdk';
import { BatchOutcomesError } from '../engine.errors.js';
import type { RegisteredTask } from '../task-registry.js';
import { itemContext } from './task-context.js';
import type { TaskCall } from './task-call.js';

type Batch = BatchPolicy<unknown, unknown, Readonly<Record<string, unknown>>>;
type Outcome = BatchOutcome<unknown>;
type Item = Parameters<Batch['runBatch']>[0][number];

interface Seated {
  readonly item: Item;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One call of a task's `runBatch`, for executions that each have a seat. It begins when every seat is taken or given up: an
 * input that its schema refuses is the failure of its own run. Everything else about an execution is as if it were alone.
 */
export function batchCalls(task: RegisteredTask, batch: Batch, seats: number): TaskCall[] {
  const seated: Seated[] = [];
  let open = seats;
  const take = () => {
    open -= 1;
    if (open === 0 && seated.length > 0) void callBatch(task.id, batch, seated);
  };
  const code = {};
  return Array.from({ length: seats }, () => ({
    code,
    call: (input, context) =>
      new Promise((resolve, reject) => {
        seated.push({ item: { input, ctx: itemContext(context) }, resolve, reject });
        take();
      }),
    skip: take,
  }));
}

async function callBatch(taskId: string, batch: Batch, seated: readonly Seated[]): Promise<void> {
  try {
    const outcomes = (await batch.runBatch(seated.map(({ item }) => item))) as readonly unknown[] | undefined;
    const given = outcomes?.length ?? 0;
    if (given !== seated.length) throw new BatchOutcomesError(taskId, `${given} outcomes for ${seated.length} items`);
    for (const [index, seat] of seated.entries()) void settle(taskId, seat, outcomes?.[index] as Outcome);
  } catch (error) {
    for (const { reject } of seated) reject(error);
  }
}

async function settle(taskId: string, { resolve, reject }: Seated, given: Outcome | Promise<Outcome>): Promise<void> {
  try {
    const outcome = (await given) as Outcome | undefined;
    if (outcome?.status === 'succeeded') resolve(outcome.result);
    else if (outcome?.status === 'failed') reject(outcome.error);
    else throw new BatchOutcomesError(taskId, 'an outcome that is neither "succeeded" nor "failed"');
  } catch (error) {
    reject(error);
  }
}
