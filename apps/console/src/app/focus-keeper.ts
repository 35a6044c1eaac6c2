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

function hold({ target }: FocusEvent): void {
  const around: Element[] = [];
  for (let at = target instanceof Element ? target : null; at !== null; at = at.parentElement) around.push(at);
  held = around;
}

/** Of an element that stays, the focus was given up on purpose. */
function letGo({ target }: FocusEvent): void {
  queueMicrotask(() => {
    if (isFocusLost() && target instanceof Element && target.isConnected) held = [];
  });
}

function restore(): void {
  if (held[0] === undefined || held[0].isConnected || !isFocusLost()) return;
  const place = held.find((element) => element.isConnected && element.getAttribute('tabindex') === '-1');
  held = [];
  if (place instanceof HTMLElement) place.focus({ preventScroll: true });
}
