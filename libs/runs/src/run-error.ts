/** Why a run or an attempt failed, as it is stored and shown. */
export interface RunError {
  /** Stable: `MR_...` for ours, the error's own `code` or name otherwise. */
  readonly code: string;
  readonly message: string;
  readonly stack?: string;
  /** JSON pointer of the value at fault, for schema errors. */
  readonly pointer?: string;
}

/** Any thrown value as a `RunError`. */
export function toRunError(thrown: unknown): RunError {
  if (!(thrown instanceof Error)) return { code: 'MR_THROWN', message: describe(thrown) };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.name;
  const pointer = 'pointer' in thrown && typeof thrown.pointer === 'string' ? thrown.pointer : undefined;
  return {
    code,
    message: thrown.message,
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
    ...(pointer === undefined ? {} : { pointer }),
  };
}

function describe(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown));
}
