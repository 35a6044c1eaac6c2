/** The environment holds mistakes: all of them, by name, the values of secrets left out. */
export class ConfigError extends Error {
  readonly code = 'MR_CONFIG_INVALID';
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(
      problems.length === 1
        ? `The configuration holds a mistake: ${problems[0] ?? ''}`
        : `The configuration holds ${problems.length} mistakes:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
    );
  }
}
