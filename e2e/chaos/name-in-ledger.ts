import { join } from 'node:path';

/** What the ledger calls a file: by its name alone in the first inbox, by its whole path in the others. */
export function nameInLedger(inbox: string, name: string, inboxes: readonly string[]): string {
  return inbox === inboxes[0] ? name : join(inbox, name);
}
