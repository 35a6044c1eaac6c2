import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** A file system in memory that most Linux machines have. */
const OTHER_DEVICE = '/dev/shm';
/** Bytes that must be free there: containers have 64 MB of it, which hours of files would fill. */
const ENOUGH = 1024 ** 3;

/**
 * Makes the folder with archive and quarantine of a run of chaos. Beside the inboxes each archiving is one rename; on another
 * device it is a copy, a sync and an unlink, between any two of which a process may be killed.
 * @param folder that the inboxes are in; what is wanted elsewhere is made here where there is no other device
 */
export async function makeHome(folder: string, wantElsewhere: boolean): Promise<string> {
  if (wantElsewhere && (await isUsable(folder))) return mkdtemp(join(OTHER_DEVICE, 'millrace-chaos-'));
  const home = join(folder, 'home');
  await mkdir(home);
  return home;
}

async function isUsable(folder: string): Promise<boolean> {
  try {
    await access(OTHER_DEVICE, constants.W_OK | constants.X_OK);
    const [here, there] = [await stat(folder), await stat(OTHER_DEVICE)];
    const { bavail, bsize } = await statfs(OTHER_DEVICE);
    return here.dev !== there.dev && bavail * bsize >= ENOUGH;
  } catch {
    return false;
  }
}
