/** Levels of arrays and objects a body may have; JSON.parse takes far more than what handles a value afterwards. */
export const MAX_NESTING = 256;

/** Whether a value parsed from JSON has more levels than that. Walks without recursion, which is what it guards against. */
export function isNestedTooDeep(value: unknown): boolean {
  let level = isContainer(value) ? [value] : [];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === MAX_NESTING) return true;
    const below: object[] = [];
    for (const container of level) {
      for (const item of Object.values(container) as unknown[]) if (isContainer(item)) below.push(item);
    }
    level = below;
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
