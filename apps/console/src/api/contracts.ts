import type { components } from '@millrace/client';

type Schemas = components['schemas'];

/** What the API sends, under the names of its contracts. */
export type RunSummary = Schemas['RunSummary'];
export type RunDetail = Schemas['RunDetail'];
export type RunPage = Schemas['RunPage'];
export type RunState = RunSummary['state'];
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
export type FileState = FileView['state'];
export type ReloadableState = Schemas['ReloadFiles']['state'];
export type RejectView = Schemas['RejectPage']['rejects'][number];
export type Stats = Schemas['Stats'];
export type TaskStats = Stats['tasks'][number];
export type FeedStats = Stats['feeds'][number];
export type StatsTimeline = Schemas['StatsTimeline'];

export const RUN_STATES = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'] as const;
export const FILE_STATES = [
  'arrived',
  'loaded',
  'duplicate',
  'quarantined',
  'failed',
  'vanished',
  'unloaded',
  'superseded',
] as const;

/** States that files can be loaded again from. */
export const RELOADABLE_STATES: readonly ReloadableState[] = ['failed', 'quarantined', 'unloaded'];

/** Whether nothing but a retry moves a run of this state. */
export function hasEnded(state: RunState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}
