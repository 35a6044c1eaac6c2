import type { components, RunState } from '@millrace/client';

export {
  FILE_STATES,
  RELOADABLE_STATES,
  RUN_STATES,
  type FileState,
  type ReloadableState,
  type RunState,
} from '@millrace/client';

type Schemas = components['schemas'];

/** What the API sends, under the names of its contracts. */
export type RunSummary = Schemas['RunSummary'];
export type RunDetail = Schemas['RunDetail'];
export type RunPage = Schemas['RunPage'];
export type RunAttempt = RunDetail['attempts'][number];
export type RunCallPage = Schemas['RunCallPage'];
export type RunCall = RunCallPage['calls'][number];
export type ChildRun = Schemas['ChildRunPage']['runs'][number];
export type RunHint = Schemas['RunHint'];
export type RunLogLine = Schemas['RunLogPage']['lines'][number];
export type TaskDetail = Schemas['TaskDetail'];
export type FeedView = Schemas['FeedList']['feeds'][number];
export type FileView = Schemas['FilePage']['files'][number];
export type FileDetail = Schemas['FileDetail'];
export type RejectView = Schemas['RejectPage']['rejects'][number];
export type Stats = Schemas['Stats'];
export type TaskStats = Stats['tasks'][number];
export type FeedStats = Stats['feeds'][number];
export type StatsTimeline = Schemas['StatsTimeline'];

/** Whether nothing but a retry moves a run of this state. */
export function hasEnded(state: RunState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}
