import { FatalError } from '@millrace/sdk';

/** What stands under the name of a feed's table cannot take its rows. */
export class FeedTableUnfitError extends FatalError {
  override readonly code = 'MR_TABLE_UNFIT';
  override readonly name = 'FeedTableUnfitError';
  constructor(
    readonly table: string,
    faults: readonly string[],
  ) {
    super(
      `The table "${table}" that a feed declares cannot be loaded into: public.${table} ${faults.join('; it ')}. Alter that table, or give it another name; of a feed of your own you may change the declaration as well.`,
    );
  }
}

/** A feed's table could not be made or widened. */
export class FeedTableNotMadeError extends Error {
  readonly code = 'MR_TABLE_NOT_MADE';
  override readonly name = 'FeedTableNotMadeError';
  constructor(
    readonly table: string,
    statement: string,
    override readonly cause: unknown,
  ) {
    super(
      `The table "${table}" that a feed declares could not be made (${cause instanceof Error ? cause.message : String(cause)}). Let this role create it, or run this yourself and start again: ${statement.replace(/\s+/g, ' ')}`,
    );
  }
}
