import { lazy } from 'react';
import { prefetchRun } from '../api/runs.js';

const loadRunPage = () => import('../run/run-page.js').then(({ RunPage }) => ({ default: RunPage }));

/** Each with a script of its own, fetched when one goes there. */
export const OverviewPage = lazy(() =>
  import('../overview/overview-page.js').then(({ OverviewPage }) => ({ default: OverviewPage })),
);
export const RunsPage = lazy(() => import('../runs/runs-page.js').then(({ RunsPage }) => ({ default: RunsPage })));
export const RunPage = lazy(loadRunPage);
export const TasksPage = lazy(() => import('../tasks/tasks-page.js').then(({ TasksPage }) => ({ default: TasksPage })));
export const TaskPage = lazy(() => import('../tasks/task-page.js').then(({ TaskPage }) => ({ default: TaskPage })));
export const FilesPage = lazy(() => import('../files/files-page.js').then(({ FilesPage }) => ({ default: FilesPage })));
export const FilePage = lazy(() => import('../files/file-page.js').then(({ FilePage }) => ({ default: FilePage })));

/** Asks for the script and the data of a run's page at once, before anything is drawn: else each would wait for the other. */
export function startAt(path: string): void {
  const id = /^\/runs\/([^/]+)$/.exec(path)?.[1];
  if (id === undefined) return;
  // Whoever draws the page meets the failure, and says it.
  loadRunPage().catch(() => undefined);
  prefetchRun(id);
}
