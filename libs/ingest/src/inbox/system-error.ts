/** Whether this is the system's error of one of these codes: `ENOENT`, `EXDEV`, ... */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
