import type { ProblemIssue } from '@millrace/contracts';
import { FatalError } from '@millrace/sdk';
import { MAX_REJECT_BYTES, type Reject } from '../records/reject.js';

/** The file has no reject at this place. */
export class UnknownRejectError extends FatalError {
  override readonly code = 'MR_REJECT_UNKNOWN';
  override readonly name = 'UnknownRejectError';
  constructor(fileId: string, index: number | string) {
    super(`The file ${fileId} has no reject ${String(index)}. GET /files/${fileId}/rejects lists those that it has.`);
  }
}

/** The reject was loaded before. */
export class RejectResolvedError extends FatalError {
  override readonly code = 'MR_REJECT_RESOLVED';
  override readonly name = 'RejectResolvedError';
  constructor(
    fileId: string,
    index: number,
    /** The run that loaded it. */
    readonly runId: string,
  ) {
    super(`Record ${String(index)} of the file ${fileId} was resubmitted before, by run ${runId}. It loads once.`);
  }
}

/** Only the first bytes of the record were kept. */
export class RejectCutError extends FatalError {
  override readonly code = 'MR_REJECT_CUT';
  override readonly name = 'RejectCutError';
  constructor(index: number, length: number) {
    super(
      `Record ${String(index)} has ${String(length)} bytes, of which the first ${String(MAX_REJECT_BYTES)} are kept. Send the whole record as "text".`,
    );
  }
}

/** The record is still none that its feed takes. */
export class RecordRefusedError extends FatalError {
  override readonly code = 'MR_RECORD_REFUSED';
  override readonly name = 'RecordRefusedError';
  /** The place in the record, and why. */
  readonly issues: readonly ProblemIssue[];
  constructor({ code, pointer, message }: Pick<Reject, 'code' | 'pointer' | 'message'>) {
    super(`${message} (${code}) Nothing was changed: put it right, and send it as "text".`);
    this.issues = [{ pointer, message: `${code}: ${message}` }];
  }
}
