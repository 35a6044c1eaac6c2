export type EmbeddedServerErrorCode =
  'MR_EMBEDDED_BINARIES' | 'MR_EMBEDDED_ACCOUNT' | 'MR_EMBEDDED_DATA_DIR' | 'MR_EMBEDDED_START' | 'MR_EMBEDDED_STOP';

/** The embedded PostgreSQL could not be prepared, started or stopped; the message holds PostgreSQL's own reason. */
export class EmbeddedServerError extends Error {
  override readonly name = 'EmbeddedServerError';
  constructor(
    readonly code: EmbeddedServerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
