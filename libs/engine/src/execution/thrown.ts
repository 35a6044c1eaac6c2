/** The code of what was thrown, if it has one. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** Whether what was thrown says of itself that another attempt cannot mend it. */
export function isMarkedFatal(thrown: unknown): boolean {
  return thrown instanceof Error && 'fatal' in thrown && thrown.fatal === true;
}
