import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/** `describe` for what starts programs of the machine: skipped by name where one of them is not on the PATH. */
export const describeWithPrograms = (programs: readonly string[], name: string, specs: () => void) =>
  describe.skipIf(missingPrograms(programs).length > 0)(`${name} (needs ${programs.join(' and ')})`, specs);

/** Those that cannot be started by their names. */
export function missingPrograms(programs: readonly string[]): readonly string[] {
  // What a program says to --version, and whether it knows it, does not matter.
  return programs.filter((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined);
}
