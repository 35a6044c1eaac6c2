import type { ChildRun } from '../api/contracts.js';
import { canUnfold, type TimelineRow, type TimelineRows } from './timeline-rows.js';

/** Lines that PageUp and PageDown go. */
const PAGE = 15;

type TimelineMove =
  | { readonly to: number }
  | { readonly toggle: TimelineRow }
  /** The id of a run to open. */
  | { readonly open: string };

/** Where one is among the lines. */
interface TimelinePlace {
  readonly rows: TimelineRows;
  readonly active: number;
  /** The child of the active line; undefined: it is none, or has not been read. */
  readonly child: ChildRun | undefined;
}

/**
 * What a key does in the timeline, as in any tree
 * ([ARIA's pattern](https://www.w3.org/WAI/ARIA/apg/patterns/treeview/#keyboardinteraction)); undefined: nothing, and
 * the browser may do what it does.
 */
export function moveOf(key: string, { rows, active, child }: TimelinePlace): TimelineMove | undefined {
  const row = rows.at(active);
  if (row === undefined) return undefined;
  const isOpen = canUnfold(row, child) && row.isOpen;
  const parent = rows.parentOf(active);
  const to = (index: number) => ({ to: Math.min(rows.length - 1, Math.max(0, index)) });
  switch (key) {
    case 'ArrowDown':
      return to(active + 1);
    case 'ArrowUp':
      return to(active - 1);
    case 'PageDown':
      return to(active + PAGE);
    case 'PageUp':
      return to(active - PAGE);
    case 'Home':
      return to(0);
    case 'End':
      return to(rows.length - 1);
    case 'ArrowRight':
      return isOpen ? to(active + 1) : (toggleOf(row, child) ?? to(active));
    case 'ArrowLeft':
      return isOpen ? { toggle: row } : to(parent === -1 ? active : parent);
    case 'Enter': {
      const run = row.kind === 'call' ? row.call.startedRunId : child?.id;
      return run === null || run === undefined ? (toggleOf(row, child) ?? to(active)) : { open: run };
    }
    case ' ':
      return toggleOf(row, child) ?? to(active);
    default:
      return undefined;
  }
}

function toggleOf(row: TimelineRow, child: ChildRun | undefined): TimelineMove | undefined {
  return canUnfold(row, child) ? { toggle: row } : undefined;
}
