/**
 * A value as JSON text.
 * @param refuse makes the error that is thrown for a value that JSON cannot say, of the reason in words
 */
export function jsonOf(value: unknown, refuse: (reason: string, cause?: unknown) => Error): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : 'no JSON value', error);
  }
  if (json === undefined) throw refuse(`a ${typeof value} is no JSON value`);
  return json;
}
