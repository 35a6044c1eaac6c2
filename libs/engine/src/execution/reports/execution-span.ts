import type { ClaimedRun } from '@millrace/runs';
import { inSpan, isTracing, type SpanOptions } from '@millrace/telemetry';
import type { Conclusion } from '../outcomes/conclude.js';

/** Runs an execution within its span. What the span says is put together only when spans are recorded. */
export function inExecutionSpan(run: ClaimedRun, execute: () => Promise<Conclusion>): Promise<Conclusion> {
  return isTracing() ? inSpan(`run ${run.taskId}`, spanOf(run), execute) : execute();
}

/** It goes on from what asked for its run: a replay is another span of the same trace. */
function spanOf({ runId, taskId, queue, attempt, epoch, trace }: ClaimedRun): SpanOptions<Conclusion> {
  const attributes = {
    ...{ 'millrace.run': runId, 'millrace.task': taskId, 'millrace.queue': queue },
    ...{ 'millrace.attempt': attempt, 'millrace.epoch': epoch },
  };
  return { parent: trace, kind: 'consumer', attributes, outcome: outcomeOf };
}

function outcomeOf(conclusion: Conclusion): ReturnType<NonNullable<SpanOptions<Conclusion>['outcome']>> {
  const attributes = { 'millrace.outcome': conclusion.kind === 'end' ? conclusion.end.status : conclusion.kind };
  if (conclusion.kind === 'end' && conclusion.end.status === 'failed') {
    return { attributes, error: conclusion.end.error.message };
  }
  if (conclusion.kind === 'requeue' && conclusion.requeue.reason === 'retry') {
    return { attributes, error: conclusion.requeue.error.message };
  }
  return { attributes };
}
