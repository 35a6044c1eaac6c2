import { execFileSync } from 'node:child_process';

/** Whether this program is on the PATH. */
export function hasProgram(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
