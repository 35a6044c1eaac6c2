import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rmdir, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Of an archive with room; memory is taken as it is written. */
const SIZE = '2g';
/** A file may come between a look at what is used and the making of that the size. */
const TRIES = 50;

/** A file system of an archive's own, in memory, which can be made full without a byte being written. */
export class ArchiveDisk {
  private constructor(private readonly folder: string) {}

  /** Mounts it on a folder, which is made. @throws when this user may not */
  static async mount(folder: string): Promise<ArchiveDisk> {
    await mkdir(folder, { recursive: true });
    await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder]);
    return new ArchiveDisk(folder);
  }

  /** Whether this user may mount file systems. */
  static async isPossible(): Promise<boolean> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-mount-'));
    try {
      const disk = await ArchiveDisk.mount(folder);
      await disk.unmount();
      return true;
    } catch {
      return false;
    } finally {
      await rmdir(folder);
    }
  }

  /** Makes it as large as what is on it. */
  async fill(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const { blocks, bfree, bsize } = await statfs(this.folder);
      try {
        // No size is none: an empty one keeps a page.
        return await this.resize(`${Math.max(bsize, (blocks - bfree) * bsize)}`);
      } catch (error) {
        if (tries === TRIES) throw error;
      }
    }
  }

  async makeRoom(): Promise<void> {
    await this.resize(SIZE);
  }

  async unmount(): Promise<void> {
    await run('umount', [this.folder]);
  }

  private async resize(size: string): Promise<void> {
    await run('mount', ['-o', `remount,size=${size}`, this.folder]);
  }
}
