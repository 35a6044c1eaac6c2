import { FatalError } from '@millrace/sdk';

/** No such arrival. */
export class UnknownFileError extends FatalError {
  override readonly code = 'MR_FILE_UNKNOWN';
  override readonly name = 'UnknownFileError';
  constructor(readonly fileId: string) {
    super(`No file has the id ${fileId}. GET /files lists those that do.`);
  }
}

/** The file went away, or was replaced, before it was claimed. */
export class FileVanishedError extends FatalError {
  override readonly code = 'MR_FILE_VANISHED';
  override readonly name = 'FileVanishedError';
  constructor(readonly fileName: string) {
    super(`"${fileName}" was removed or replaced before it was loaded. Drop it again if it was not meant to go.`);
  }
}

/** The file was to be loaded again, and does not lie where it was put away. */
export class FileGoneError extends FatalError {
  override readonly code = 'MR_FILE_VANISHED';
  override readonly name = 'FileGoneError';
  constructor(readonly fileName: string) {
    super(
      `"${fileName}" lies neither in the archive nor in quarantine any more, and stays as it is. Put it back there, or drop it into the inbox again.`,
    );
  }
}

/** The arrival was refused by an earlier run. */
export class FileEndedError extends FatalError {
  override readonly name = 'FileEndedError';
  constructor(
    fileName: string,
    override readonly code: string,
    reason: string,
  ) {
    super(`"${fileName}" was refused before: ${reason}`);
  }
}

/** Only a loaded file can be unloaded. */
export class FileNotLoadedError extends FatalError {
  override readonly code = 'MR_FILE_NOT_LOADED';
  override readonly name = 'FileNotLoadedError';
  constructor(fileId: string, state: string) {
    super(`The file ${fileId} is ${state}: this needs a loaded one.`);
  }
}

/** The bytes changed while they were read. */
export class FileChangedError extends Error {
  readonly code = 'MR_FILE_CHANGED';
  override readonly name = 'FileChangedError';
  constructor() {
    super('The file changed while it was read.');
  }
}

/** Another execution ended the arrival first. */
export class AlreadyEndedError extends Error {
  readonly code = 'MR_FILE_ENDED';
  override readonly name = 'AlreadyEndedError';
  constructor(readonly arrivalId: string) {
    super(`The file ${arrivalId} was ended by another execution.`);
  }
}

/** The file that was to be superseded was unloaded, or superseded by another, meanwhile. */
export class SupersededEndedError extends Error {
  readonly code = 'MR_FILE_ENDED';
  override readonly name = 'SupersededEndedError';
  constructor(readonly arrivalId: string) {
    super(`The file ${arrivalId}, which was to be superseded, was ended by another execution.`);
  }
}

/** The execution lost its run while it loaded: all of it was rolled back. */
export class FencedLoadError extends Error {
  readonly code = 'MR_LOAD_FENCED';
  override readonly name = 'FencedLoadError';
  constructor(readonly runId: string) {
    super(`Run ${runId} belongs to another execution now; what this one had loaded was rolled back.`);
  }
}
