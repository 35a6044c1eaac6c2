export { checkTask } from '../task.js';
export { AnswerTurns } from './answer-turns.js';
export { jsonOf } from './json-of.js';
export { observedCalls } from './observed-calls.js';
export { StepEffects } from './step-effects.js';
export { callBatch, type AnyBatch, type AnyBatchItem } from './call-batch.js';
