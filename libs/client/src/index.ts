export { answerOf } from './answer.js';
export { createMillraceClient, type ClientOptions, type MillraceClient } from './client.js';
export { MillraceProblem, UnreachableError, type Problem } from './client.errors.js';
export type { components, paths } from './api-document.js';
