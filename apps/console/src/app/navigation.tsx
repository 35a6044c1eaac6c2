import {
  BookOpen,
  Ellipsis,
  Files,
  Gauge,
  Layers,
  ListTree,
  Monitor,
  Moon,
  Search,
  SquareFunction,
  Sun,
} from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { Link, useLocation } from 'wouter';
import { IconButton } from '../kit/button.js';
import mark from './mark.svg';
import { openPalette } from './palette-state.js';
import { setTheme, useTheme } from './theme.js';

export const PAGES = [
  { path: '/', name: 'Overview', Icon: Gauge },
  { path: '/runs', name: 'Runs', Icon: ListTree },
  { path: '/tasks', name: 'Tasks', Icon: SquareFunction },
  { path: '/files', name: 'Files', Icon: Files },
] as const;

/** What this API serves that is no page of the console. */
export const BESIDE = [
  { path: '/queues', name: 'Queues', about: 'jobs of BullMQ', Icon: Layers },
  { path: '/docs', name: 'API', about: 'every route and its shapes', Icon: BookOpen },
] as const;

/** At the side; on a phone, brand and search stand above the page, and the pages at the bottom. */
export function Navigation() {
  const [location] = useLocation();
  const isCurrent = (path: string) => location === path || (path !== '/' && location.startsWith(`${path}/`));
  return (
    <nav className="nav" aria-label="Pages">
      <div className="nav-top">
        <Link className="nav-brand" href="/">
          <img src={mark} alt="" width="24" height="24" />
          Millrace
        </Link>
        <button type="button" className="nav-search" onClick={openPalette}>
          <Search size={15} aria-hidden />
          Search
          <kbd>Ctrl K</kbd>
        </button>
      </div>
      <div className="nav-pages">
        {PAGES.map(({ path, name, Icon }) => (
          <Link key={path} className="nav-link" href={path} aria-current={isCurrent(path) ? 'page' : undefined}>
            <Icon size={17} strokeWidth={1.8} aria-hidden />
            {name}
          </Link>
        ))}
        <More key={location} />
      </div>
    </nav>
  );
}

/** What is no page: below the pages, and on a phone behind a button, until one goes on. */
function More() {
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const closeOutside = ({ target }: Event) =>
      target instanceof Node && !place.current?.contains(target) && setOpen(false);
    for (const event of LEAVING) document.addEventListener(event, closeOutside);
    return () => LEAVING.forEach((event) => document.removeEventListener(event, closeOutside));
  }, [isOpen]);
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key !== 'Escape' || !isOpen) return;
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div ref={place} className="nav-more" onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        className="nav-link nav-more-button"
        aria-expanded={isOpen}
        aria-controls="nav-foot"
        onClick={() => setOpen(!isOpen)}
      >
        <Ellipsis size={17} strokeWidth={1.8} aria-hidden />
        More
      </button>
      <div id="nav-foot" className="nav-foot" data-open={isOpen || undefined}>
        {BESIDE.map(({ path, name, Icon }) => (
          <a key={path} className="nav-link" href={path}>
            <Icon size={15} strokeWidth={1.8} aria-hidden />
            {name}
          </a>
        ))}
        <ThemeChoice />
      </div>
    </div>
  );
}

/** One has gone elsewhere with a finger, or with Tab. */
const LEAVING = ['pointerdown', 'focusin'] as const;

const THEMES = [
  { theme: 'system', name: 'Theme of this machine', Icon: Monitor },
  { theme: 'light', name: 'Light theme', Icon: Sun },
  { theme: 'dark', name: 'Dark theme', Icon: Moon },
] as const;

function ThemeChoice() {
  const current = useTheme();
  return (
    <div className="nav-themes" role="group" aria-label="Theme">
      {THEMES.map(({ theme, name, Icon }) => (
        <IconButton key={theme} label={name} pressed={theme === current} onClick={() => setTheme(theme)}>
          <Icon size={15} aria-hidden />
        </IconButton>
      ))}
    </div>
  );
}
