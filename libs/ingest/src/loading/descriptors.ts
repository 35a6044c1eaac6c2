import { SnoozeError, type TaskLog } from '@millrace/sdk';
import { hasCode } from '../inbox/system-error.js';

/** Between two tries of a file for which there was no descriptor. */
const AGAIN_MS = 1_000;

/**
 * Loads a file, which is put off while its process or its machine has no file descriptor left: that says nothing against the
 * file, and those that are open by then give theirs back.
 * @throws SnoozeError in place of EMFILE and ENFILE
 */
export async function whileDescriptorsLast<T>(log: TaskLog, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!hasCode(error, 'EMFILE', 'ENFILE')) throw error;
    log.warn(
      'The file waits: too many files are open here. Let the worker open 4,096 (ulimit -Hn, LimitNOFILE, --ulimit nofile).',
      { error: String(error) },
    );
    throw new SnoozeError(AGAIN_MS);
  }
}
