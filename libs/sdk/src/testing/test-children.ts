import { TaskFailedError } from '../errors.js';
import type { Outcome } from '../task-context.js';
import { isTask, type Task } from '../task.js';
import type { RecordedCall } from './call-record.js';
import { checkInput, checkResult, keptResult } from './checked-value.js';
import { TestSetUpError } from './test-kit.errors.js';

/** What stands in for a child: a function from its input to its result, or a task that is run for real. */
export type TestChild = Task<never, unknown> | ((input: never) => unknown);

/** By task id. */
export type TestChildren = Readonly<Record<string, TestChild>>;

/** Runs a child that is given as a task. */
export type RunReal = (task: Task<never, unknown>, input: unknown) => Promise<unknown>;

/** Runs the children of a call that have no outcome, at once. */
export async function runChildren(
  call: RecordedCall,
  children: TestChildren,
  runReal: RunReal,
  newRunId: () => string,
): Promise<void> {
  const { task, inputs, outcomes } = call;
  if (task === undefined) return;
  const child = children[task.id];
  if (child === undefined) {
    throw new TestSetUpError(
      `The task calls "${task.id}", for which the test has no child. Give runTask { children: { '${task.id}': (input) => result } }, or the task itself to run it for real.`,
    );
  }
  await Promise.all(
    inputs.map(async (input, index) => {
      if (outcomes[index] !== undefined) return;
      const outcome = await runChild(task, child, input, runReal, newRunId());
      outcomes[index] = outcome;
      if (outcome.status === 'failed') call.firstFailure ??= outcome;
    }),
  );
}

async function runChild(
  task: Task<never, unknown>,
  child: TestChild,
  input: unknown,
  runReal: RunReal,
  runId: string,
): Promise<Outcome<unknown>> {
  const { id, definition } = task;
  try {
    if (isTask(child)) return { status: 'succeeded', runId, result: await runReal(child, input) };
    const given = await checkInput(id, definition.input, input);
    const result = await (child as (input: unknown) => unknown)(given);
    return { status: 'succeeded', runId, result: keptResult(id, await checkResult(id, definition.result, result)) };
  } catch (error) {
    if (error instanceof TestSetUpError) throw error;
    return { status: 'failed', runId, error: new TaskFailedError(task.id, runId, toReason(error)) };
  }
}

function toReason(error: unknown): { readonly message: string; readonly code?: string } {
  if (!(error instanceof Error)) return { code: 'MR_THROWN', message: String(error) };
  const { code } = error as { code?: unknown };
  return { message: error.message, code: typeof code === 'string' ? code : error.name };
}
