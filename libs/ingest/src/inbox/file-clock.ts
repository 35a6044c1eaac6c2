import { randomUUID } from 'node:crypto';
import { lstat, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './system-error.js';

/**
 * Now, in milliseconds since 1970, by the clock that stamps the files of a folder. Of a folder on a server that is the server's,
 * which may differ from ours by any amount: it alone says how old a file there is. Ours, while no room is left for a file.
 */
export async function fileClockMs(folder: string): Promise<number> {
  // What a kill leaves of it goes as an abandoned copy does, or an abandoned upload.
  const path = join(folder, `.${randomUUID()}.part`);
  try {
    await (await open(path, 'wx')).close();
    return (await lstat(path)).ctimeMs;
  } catch (error) {
    if (hasCode(error, 'ENOSPC', 'EDQUOT')) return Date.now();
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}

/** The clock that stamps the files of a folder, which goes on from the last look at it as the steady clock of this machine does. */
export class FileClock {
  #fileMs = Date.now();
  #steadyMs = performance.now();

  async set(folder: string): Promise<void> {
    this.#fileMs = await fileClockMs(folder);
    this.#steadyMs = performance.now();
  }

  /** Milliseconds since 1970. */
  nowMs(): number {
    return this.#fileMs + performance.now() - this.#steadyMs;
  }
}
