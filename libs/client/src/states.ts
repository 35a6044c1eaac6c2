import type { components } from './api-document.js';

type Schemas = components['schemas'];

export type RunState = Schemas['RunSummary']['state'];
export type FileState = Schemas['FilePage']['files'][number]['state'];
/** States that files can be loaded again from. */
export type ReloadableState = Schemas['ReloadFiles']['state'];

/** In the order in which a run comes to them. */
export const RUN_STATES = wordsOf<RunState>({
  queued: true,
  running: true,
  waiting: true,
  succeeded: true,
  failed: true,
  cancelled: true,
});

export const FILE_STATES = wordsOf<FileState>({
  arrived: true,
  loaded: true,
  duplicate: true,
  quarantined: true,
  failed: true,
  vanished: true,
  unloaded: true,
  superseded: true,
});

export const RELOADABLE_STATES = wordsOf<ReloadableState>({ failed: true, quarantined: true, unloaded: true });

/** The words of a type: one that the OpenAPI document does not have, or has beside them, does not compile. */
function wordsOf<Word extends string>(words: Readonly<Record<Word, true>>): readonly Word[] {
  return Object.keys(words) as Word[];
}
