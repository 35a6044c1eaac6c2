import './shell.css';
import { Toast } from '@base-ui/react/toast';
import { Suspense, useEffect, useSyncExternalStore } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { tokenKeeper } from '../api/token.js';
import { Toasts, toasts } from '../kit/toasts.js';
import { keepFocus } from './focus-keeper.js';
import { Navigation } from './navigation.js';
import { NotFoundPage } from './not-found-page.js';
import { FilePage, FilesPage, OverviewPage, RunPage, RunsPage, TaskPage, TasksPage } from './pages.js';
import { Palette } from './palette.js';
import { TokenGate } from './token-gate.js';

/** The page at every address that the API leaves to it. */
export function App() {
  const isTokenMissing = useSyncExternalStore(
    (listener) => tokenKeeper.subscribe(listener),
    () => tokenKeeper.isMissing,
  );
  useEffect(keepFocus, []);
  if (isTokenMissing) return <TokenGate />;
  return (
    <Toast.Provider toastManager={toasts}>
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <div className="shell">
        <Navigation />
        <main id="main" className="page" tabIndex={-1}>
          <Suspense fallback={null}>
            <Switch>
              <Route path="/" component={OverviewPage} />
              <Route path="/runs" component={RunsPage} />
              <Route path="/runs/:id">{({ id }) => <RunPage key={id} id={id} />}</Route>
              <Route path="/tasks" component={TasksPage} />
              <Route path="/tasks/:id">{({ id }) => <TaskPage key={id} id={id} />}</Route>
              <Route path="/files" component={FilesPage} />
              <Route path="/feeds">
                <Redirect to="/files?tab=feeds" replace />
              </Route>
              <Route path="/files/:id">{({ id }) => <FilePage key={id} id={id} />}</Route>
              <Route component={NotFoundPage} />
            </Switch>
          </Suspense>
        </main>
      </div>
      <Palette />
      <Toasts />
    </Toast.Provider>
  );
}
