/** An uploaded file has more bytes than are taken. */
export class FileTooLargeError extends Error {
  readonly code = 'MR_BODY_TOO_LARGE';
  override readonly name = 'FileTooLargeError';
  constructor(readonly maxBytes: number) {
    super(
      `The file is larger than ${(maxBytes / 1_000_000).toLocaleString('en')} MB. Drop it into the inbox, where none is too large, or raise UPLOAD_LIMIT_MB.`,
    );
  }
}

/** No feed takes an uploaded file of this name. */
export class FileNameUnknownError extends Error {
  readonly code = 'MR_FILE_NAME_UNKNOWN';
  override readonly name = 'FileNameUnknownError';
  constructor(fileName: string, known: readonly string[]) {
    super(`No feed takes "${fileName}". Known are ${known.join(', ')}; [timestamp] begins with a digit.`);
  }
}

/** This process does not see the inbox that a watcher has prepared. */
export class InboxNotMountedError extends Error {
  readonly code = 'MR_INBOX_NOT_MOUNTED';
  override readonly name = 'InboxNotMountedError';
  constructor(readonly folder: string) {
    super(
      `No file watcher has prepared ${folder} as this process sees it. Start one, or mount the inbox here too; then send the file again.`,
    );
  }
}
