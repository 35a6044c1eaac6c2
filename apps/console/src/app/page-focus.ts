import { useEffect, useRef, type RefObject } from 'react';
import { isFocusLost } from './focus-keeper.js';

/** The page that was looked at last; undefined: the document has only just been loaded. */
let lastPath: string | undefined;
/** Whether the page was come to by the browser's own Back or Forward. */
let isReturn = false;

// From the first, and so before the router hears of it and draws the page.
window.addEventListener('popstate', () => (isReturn = true), { capture: true });
window.addEventListener('pushState', () => (isReturn = false), { capture: true });

/** Whether the page that is shown was come back to. */
export function isPageReturn(): boolean {
  return isReturn;
}

/**
 * Begins a page that takes another's place as a loaded document would begin: at its top, with the focus at its heading;
 * one that is come back to with the focus on the row that was opened, and as far down as it was.
 */
export function usePageFocus(): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const left = lastPath;
    lastPath = location.pathname;
    if (left === undefined || !mayTakeFocus()) return;
    const opened = isReturn ? document.querySelector<HTMLElement>(`main [data-row][href="${CSS.escape(left)}"]`) : null;
    if (!isReturn) window.scrollTo(0, 0);
    (opened ?? heading.current)?.focus({ preventScroll: true });
  }, []);
  return heading;
}

/** What one is in the midst of keeps it. */
function mayTakeFocus(): boolean {
  return isFocusLost() || document.activeElement?.matches('main, .nav *') === true;
}
