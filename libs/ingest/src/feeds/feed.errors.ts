import { FatalError } from '@millrace/sdk';

/** Two feeds were declared under one id. */
export class DuplicateFeedError extends Error {
  readonly code = 'MR_FEED_TWICE';
  override readonly name = 'DuplicateFeedError';
  constructor(readonly feedId: string) {
    super(`Two feeds have the id "${feedId}". Rename one of them, in your TASKS or where it is imported from.`);
  }
}

/** Two different tables were declared under one name. */
export class DuplicateTableError extends Error {
  readonly code = 'MR_TABLE_TWICE';
  override readonly name = 'DuplicateTableError';
  constructor(readonly table: string) {
    super(
      `Two feeds declare a table "${table}", each otherwise. Give one of them another name, or let both use one declaration.`,
    );
  }
}

/** More than one feed takes a file of this name. */
export class AmbiguousFileNameError extends Error {
  readonly code = 'MR_FILE_NAME_AMBIGUOUS';
  override readonly name = 'AmbiguousFileNameError';
  constructor(
    readonly fileName: string,
    readonly feedIds: readonly string[],
  ) {
    super(
      `The name "${fileName}" matches the feeds ${feedIds.join(' and ')}. Narrow the fileName of one of them; the file stays where it is until then.`,
    );
  }
}

/** The feed that took the file is not known to this worker. */
export class UnknownFeedError extends FatalError {
  override readonly code = 'MR_FEED_UNKNOWN';
  override readonly name = 'UnknownFeedError';
  constructor(feedId: string, known: readonly string[]) {
    super(
      `This worker has no feed "${feedId}"; it has ${known.join(', ')}. Put its module back into TASKS, then retry the run.`,
    );
  }
}
