import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Puts a file into the inbox that is whole from the first moment on: written under a name that is never taken, then renamed. */
export async function dropWhole(inbox: string, file: string, text: string): Promise<void> {
  const hidden = join(inbox, `.${file}.part`);
  await writeFile(hidden, text);
  await rename(hidden, join(inbox, file));
}
