import { isConflict } from '../../sql-state.js';

/**
 * Loads a file again, from its start, each time that PostgreSQL gives its transaction up to end a deadlock: that says nothing
 * against the file. A rollback to a savepoint would not do: who waits for rows of a savepoint that was released waits for the end of
 * the transaction.
 * @param load is told whether it comes again: then rows go in key order, and loads that go so do not wait for each other
 */
export async function untilUndisputed<T>(load: (inOrder: boolean) => Promise<T>): Promise<T> {
  for (let inOrder = false; ; inOrder = true) {
    try {
      return await load(inOrder);
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}
