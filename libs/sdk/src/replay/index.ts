export { AnswerTurns } from './answer-turns.js';
export { observedCalls } from './observed-calls.js';
