import { useEffect } from 'react';
import { openPalette } from './palette-state.js';

const SEARCH = 'main [data-search]';

/** Keys that work on every page: `/` to its search and Down from there, Ctrl-K to the palette, `j` and `k` along its rows. */
export function useShortcuts(): void {
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function onKey(event: KeyboardEvent): void {
  if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.key === 'ArrowDown' && event.target instanceof Element && event.target.matches(SEARCH)) {
    event.preventDefault();
    moveAlongRows(1);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isAsked()) return;
  switch (event.key) {
    case '/':
      event.preventDefault();
      goToSearch();
      break;
    case 'j':
      moveAlongRows(1);
      break;
    case 'k':
      moveAlongRows(-1);
      break;
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type="checkbox"]), textarea, select'))
  );
}

/** A dialog is open: what lies below it is not to be reached. */
function isAsked(): boolean {
  return document.querySelector('.dialog') !== null;
}

/** Pages without a search of their own have the palette's. */
function goToSearch(): void {
  const field = document.querySelector<HTMLInputElement>(SEARCH);
  if (field === null) return openPalette();
  // To select alone gives the focus in some browsers and not in others.
  field.focus();
  field.select();
}

function moveAlongRows(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = rows[at === -1 ? (step === 1 ? 0 : rows.length - 1) : at + step];
  next?.focus();
}
