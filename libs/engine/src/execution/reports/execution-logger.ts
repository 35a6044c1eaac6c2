import type { ClaimedRun } from '@millrace/runs';
import type { Logger } from '@millrace/telemetry';

/** Gives the logger whose lines say of which run they are; made when the first line is: most executions write none. */
export function executionLogger(logger: Logger, run: ClaimedRun): () => Logger {
  let made: Logger | undefined;
  return () => {
    const { runId, attempt, taskId, trace } = run;
    // Of a traceparent: 00-<trace id>-<span id>-<flags>.
    const traceId = trace?.split('-')[1];
    made ??= logger.child({ run: runId, attempt, task: taskId, ...(traceId === undefined ? {} : { trace: traceId }) });
    return made;
  };
}
