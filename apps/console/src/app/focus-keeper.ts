/** What has the focus, or had it last, and all that is around it: from the inside out. */
let held: readonly Element[] = [];

/**
 * Keeps the focus where it was when the element that has it is taken away, as a button is whose deed is done: it goes
 * to the nearest place around it that takes one (`tabIndex={-1}`), and not to the top of the document, from where all
 * would have to be passed again. A place and not the next button, which the same key pressed twice would press too.
 * Gives what ends it.
 */
export function keepFocus(): () => void {
  const removals = new MutationObserver(restore);
  removals.observe(document.body, { childList: true, subtree: true });
  document.addEventListener('focusin', hold);
  document.addEventListener('focusout', letGo);
  return () => {
    removals.disconnect();
    document.removeEventListener('focusin', hold);
    document.removeEventListener('focusout', letGo);
  };
}

/** Whether nothing in particular has the focus. */
export function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

/** An element and all that is around it: from the inside out. */
export function withAncestors(element: Element | null): readonly Element[] {
  const around: Element[] = [];
  for (let at = element; at !== null; at = at.parentElement) around.push(at);
  return around;
}

/** Of an element that is gone and what was around it, the nearest place that is there and takes the focus. */
export function nearestPlace(around: readonly Element[]): HTMLElement | undefined {
  return around
    .filter((element) => element instanceof HTMLElement)
    .find((element) => element.isConnected && element.getAttribute('tabindex') === '-1');
}

function hold({ target }: FocusEvent): void {
  held = withAncestors(target instanceof Element ? target : null);
}

/** Of an element that stays, the focus was given up on purpose. */
function letGo({ target }: FocusEvent): void {
  queueMicrotask(() => {
    if (isFocusLost() && target instanceof Element && target.isConnected) held = [];
  });
}

function restore(): void {
  if (held[0] === undefined || held[0].isConnected || !isFocusLost()) return;
  const place = nearestPlace(held);
  held = [];
  place?.focus({ preventScroll: true });
}
