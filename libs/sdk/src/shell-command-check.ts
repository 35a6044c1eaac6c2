const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Checks of a shell task what a type alone cannot.
 * @throws TypeError or RangeError naming the task and the field at fault
 */
export function checkShellCommand({
  id,
  command,
  env,
  passEnv,
  codes,
}: {
  readonly id: string;
  readonly command: readonly string[] | string;
  readonly env: Readonly<Record<string, string>>;
  readonly passEnv: readonly string[];
  readonly codes: readonly number[];
}): void {
  const words = typeof command === 'string' ? [command] : command;
  if ((words[0] ?? '').trim() === '' || words.some((word) => word.includes('\0'))) {
    throw new TypeError(`The command of "${id}" is empty or holds a NUL. Give ['program', 'argument'] or one text.`);
  }
  for (const name of [...Object.keys(env), ...passEnv]) {
    if (VARIABLE.test(name) && !name.startsWith('MILLRACE_')) continue;
    throw new TypeError(
      `"${id}" names the variable "${name}". Use letters, digits and underscores; MILLRACE_* is set for every command.`,
    );
  }
  for (const [name, value] of Object.entries(env)) {
    if (value.includes('\0')) throw new TypeError(`The variable ${name} of "${id}" holds a NUL.`);
  }
  for (const code of codes) {
    if (Number.isInteger(code) && code >= 1 && code <= 255) continue;
    throw new RangeError(`"${id}" maps the exit code ${code}; give whole numbers from 1 to 255.`);
  }
  const twice = codes.find((code, index) => codes.indexOf(code) !== index);
  if (twice !== undefined)
    throw new RangeError(`"${id}" maps the exit code ${twice} twice: fatal or snooze, not both.`);
}
