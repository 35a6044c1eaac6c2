import { type AnyBatch, type AnyBatchItem, callBatch } from '@millrace/sdk/replay';
import type { RegisteredTask } from '../catalogue/task-registry.js';
import { itemContext } from './task-context.js';
import type { TaskCall } from './task-call.js';

interface Seated {
  readonly item: AnyBatchItem;
  readonly settle: (outcome: Promise<unknown>) => void;
}

/**
 * One call of a task's `runBatch`, for executions that each have a seat. It begins when every seat is taken or given up: an
 * input that its schema refuses is the failure of its own run. Everything else about an execution is as if it were alone.
 */
export function batchCalls(task: RegisteredTask, batch: AnyBatch, seats: number): TaskCall[] {
  const seated: Seated[] = [];
  let open = seats;
  const take = () => {
    open -= 1;
    if (open > 0 || seated.length === 0) return;
    const items = seated.map(({ item }) => item);
    for (const [index, outcome] of callBatch(task.id, batch, items).entries()) seated[index]?.settle(outcome);
  };
  const code = {};
  return Array.from({ length: seats }, () => ({
    code,
    call: (input, execution) =>
      new Promise((settle) => {
        seated.push({ item: { input, ctx: itemContext(execution) }, settle });
        take();
      }),
    skip: take,
  }));
}
