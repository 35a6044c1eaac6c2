import './app/tokens.css';
import './app/base.css';
import './kit/kit.css';
import { startAt } from './app/pages.js';
import { applyTheme } from './app/theme.js';

applyTheme();
startAt(location.pathname);

// In a script of its own: it is large, and what the page shows is asked for while it is on its way. Not awaited, since it
// imports this one.
void import('./app/draw.js').then(({ draw }) => draw());
