/** Levels of arrays and objects a body may have; JSON.parse takes far more than what handles a value afterwards. */
export const MAX_NESTING = 256;

/** Whether a value parsed from JSON has more levels than that. Walks without recursion, which is what it guards against. */
export function isNestedTooDeep(value: unknown, max = MAX_NESTING): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > max) return true;
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? Object.values(item as Record<string, unknown>) : [],
    );
  }
  return false;
}
