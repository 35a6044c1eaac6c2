import type { ClaimedRun } from '@millrace/runs';
import type { Completion, ItemContext, TaskContext } from '@millrace/sdk';
import { checkValueSync } from '../catalogue/check-value.js';
import { ResultInvalidError } from '../engine.errors.js';
import type { RegisteredTask } from '../catalogue/task-registry.js';
import { callMethods } from './calls/call-methods.js';
import type { RunCalls } from './calls/run-calls.js';
import type { RunLog } from './reports/run-log.js';
import type { RunProgress } from './reports/run-progress.js';
import { Ticket } from './outcomes/ticket.js';

/** What contexts are made of. What is asked for by a method alone is looked up then, and not before. */
export interface ContextParts {
  readonly run: ClaimedRun;
  readonly task: RegisteredTask;
  readonly calls: RunCalls;
  readonly log: RunLog;
  readonly progress: RunProgress;
  readonly signal: AbortSignal;
  readonly services: Readonly<Record<string, unknown>>;
}

type Services = { readonly services: Readonly<Record<string, unknown>> };

/** What a task's function is given beside its input. Each property by itself: an object that is put together from others is slow to make. */
export function createContext(parts: ContextParts): TaskContext & Services {
  const item = itemContext(parts);
  const calls = callMethods(parts);
  return {
    runId: item.runId,
    taskId: item.taskId,
    attempt: item.attempt,
    epoch: item.epoch,
    signal: item.signal,
    log: item.log,
    services: item.services,
    progress: item.progress,
    flushLog: item.flushLog,
    completion: item.completion,
    invoke: calls.invoke,
    map: calls.map,
    mapSettled: calls.mapSettled,
    mapEach: calls.mapEach,
    start: calls.start,
    step: calls.step,
    branch: calls.branch,
  };
}

/** What an item of a batch is given: the context of its run, without calls. */
export function itemContext(parts: ContextParts): ItemContext & Services {
  const { run, task } = parts;
  return {
    runId: run.runId,
    taskId: run.taskId,
    attempt: run.attempt,
    epoch: run.epoch,
    signal: parts.signal,
    log: {
      debug: (message, fields) => parts.log.add('debug', message, fields),
      info: (message, fields) => parts.log.add('info', message, fields),
      warn: (message, fields) => parts.log.add('warn', message, fields),
      error: (message, fields) => parts.log.add('error', message, fields),
    },
    services: parts.services,
    progress: (fraction, note) => parts.progress.report(fraction, note),
    flushLog: () => parts.calls.whileBusy(() => parts.log.flush()),
    completion: (result) => ticketOf(run, task, result),
  };
}

function ticketOf(run: ClaimedRun, task: RegisteredTask, result: unknown): Completion {
  const checked = checkValueSync(task.definition.result, result);
  if (!checked.ok) throw new ResultInvalidError(task.id, checked.issues);
  return new Ticket(run.runId, run.epoch, checked.value);
}
