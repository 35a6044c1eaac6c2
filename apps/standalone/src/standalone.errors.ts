export type StandaloneErrorCode =
  | 'MR_ALREADY_RUNNING'
  | 'MR_ADDRESS_UNUSABLE'
  | 'MR_FOLDER_UNUSABLE'
  | 'MR_MIGRATION_FAILED'
  | 'MR_PROCESS_NOT_STARTED';

/** Why `npm start` does not come up, in a sentence that says what to do. */
export class StandaloneError extends Error {
  override readonly name = 'StandaloneError';
  constructor(
    readonly code: StandaloneErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
