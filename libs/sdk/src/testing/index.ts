export { provide, type ProvidedService } from './provided-services.js';
export { runBatch, type ItemOutcome, type RunBatchOptions } from './run-batch.js';
export { runTask, type RunTaskOptions, type TaskOutcome } from './run-task.js';
export { type TestChild, type TestChildren } from './test-children.js';
export { NotRepeatableError, TestSetUpError, ValueRefusedError } from './test-kit.errors.js';
export { type Trace, type TracedCall } from './trace.js';
