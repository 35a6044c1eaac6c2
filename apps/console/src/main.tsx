import './app/tokens.css';
import './app/base.css';
import './kit/kit.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/api.js';
import { App } from './app/app.js';
import { startAt } from './app/pages.js';
import { applyTheme } from './app/theme.js';

applyTheme();
startAt(location.pathname);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
