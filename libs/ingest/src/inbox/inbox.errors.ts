import { FatalError } from '@millrace/sdk';
import { hasCode } from './system-error.js';

/** A folder that files pass through cannot be used. */
export class FolderUnusableError extends Error {
  readonly code = 'MR_FOLDER_UNUSABLE';
  override readonly name = 'FolderUnusableError';
  constructor(
    readonly folder: string,
    cause: unknown,
  ) {
    super(`The folder ${folder} cannot be used: ${explain(cause)}.`, { cause });
  }
}

/** A file in a sub-folder of the inbox that is a file system of its own cannot be renamed out of it. */
export class OtherFileSystemError extends FatalError {
  override readonly code = 'MR_INBOX_FILE_SYSTEM';
  override readonly name = 'OtherFileSystemError';
  constructor(file: string, inbox: string, cause: unknown) {
    super(
      `"${file}" lies on another file system than its inbox, ${inbox}, and stays there: a file is claimed by a rename. Mount that one outside the inbox, and name it in INBOX_DIR beside it.`,
      { cause },
    );
  }
}

/** Where a file is to be moved lies another one already: neither is touched. */
export class OtherFileThereError extends Error {
  override readonly name = 'OtherFileThereError';
  constructor(source: string, target: string) {
    super(`"${source}" is not moved to "${target}": a file with other bytes lies there.`);
  }
}

/** No inbox of this process holds a file of the ledger. */
export class UnknownInboxError extends Error {
  readonly code = 'MR_INBOX_UNKNOWN';
  override readonly name = 'UnknownInboxError';
  constructor(file: string, inboxes: readonly string[]) {
    super(
      `"${file}" lies in no inbox of this process, which has ${inboxes.join(', ')}. Give INBOX_DIR the folders here that the file watcher has, under the same paths.`,
    );
  }
}

function explain(cause: unknown): string {
  if (hasCode(cause, 'EACCES', 'EPERM')) {
    return 'this user may not read and write it; give it the right to, or set INBOX_DIR or MILLRACE_HOME to another folder';
  }
  if (hasCode(cause, 'EROFS')) return 'its file system is read-only; set INBOX_DIR or MILLRACE_HOME to another folder';
  if (hasCode(cause, 'EEXIST', 'ENOTDIR'))
    return 'there is a file of that name; move it, or set INBOX_DIR or MILLRACE_HOME to another folder';
  if (hasCode(cause, 'ENOSPC')) return 'its disk is full; free some space';
  return cause instanceof Error ? cause.message : String(cause);
}
