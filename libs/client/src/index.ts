export { answerOf } from './answer.js';
export { createMillraceClient, type ClientOptions, type MillraceClient } from './client.js';
export { MillraceProblem, UnreachableError, type Problem } from './client.errors.js';
export { followEvents, type FollowOptions } from './follow-events.js';
export type { ServerEvent } from './event-parser.js';
export {
  FILE_STATES,
  RELOADABLE_STATES,
  RUN_STATES,
  type FileState,
  type ReloadableState,
  type RunState,
} from './states.js';
export type { components, paths } from './api-document.js';
