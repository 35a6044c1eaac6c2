import { FileRefusedError } from '../scanning/document.errors.js';
import { assertKnownOptions } from './known-options.js';
import type { Reject } from '../records/reject.js';

/** What bad records mean for their file. */
export interface RejectPolicy {
  /** The first bad record refuses the whole file. @default false */
  rejectFile?: boolean;
  /** More rejects than this refuse the whole file. @default 10000 */
  maxRejects?: number;
  /** Rejects in all records, 0 to 1: a larger share refuses the whole file, judged at its end; so does a file of rejects alone. @default 1 */
  maxRejectRatio?: number;
}

const DEFAULT_REJECTS: Required<RejectPolicy> = { rejectFile: false, maxRejects: 10_000, maxRejectRatio: 1 };

/**
 * A policy with its defaults filled in.
 * @throws TypeError, RangeError naming the field at fault
 */
export function completePolicy(policy: RejectPolicy = {}): Required<RejectPolicy> {
  assertKnownOptions('"rejects"', policy, DEFAULT_REJECTS);
  const { rejectFile, maxRejects, maxRejectRatio } = { ...DEFAULT_REJECTS, ...policy };
  if (typeof rejectFile !== 'boolean') {
    throw new TypeError(`rejects.rejectFile is ${JSON.stringify(rejectFile)}; give true or false.`);
  }
  if (!Number.isInteger(maxRejects) || maxRejects < 0) {
    throw new RangeError(`rejects.maxRejects is ${String(maxRejects)}; give a whole number from 0.`);
  }
  if (!(maxRejectRatio >= 0 && maxRejectRatio <= 1)) {
    throw new RangeError(`rejects.maxRejectRatio is ${String(maxRejectRatio)}; give a number from 0 to 1.`);
  }
  return { rejectFile, maxRejects, maxRejectRatio };
}

/** @throws FileRefusedError when this reject, the count-th, is one that the policy does not bear */
export function assertBearable(policy: Required<RejectPolicy>, reject: Reject, count: number): void {
  const { offset, line, pointer, message } = reject;
  if (policy.rejectFile) throw new FileRefusedError(reject.code, message, { offset, line, pointer });
  if (count > policy.maxRejects)
    throw tooMany(`more than ${String(policy.maxRejects)} of its records cannot be loaded`, reject);
}

/**
 * @throws FileRefusedError when too large a share of the records was rejected, or all of them; `first` is one of them
 */
export function assertShare(
  { maxRejectRatio }: Required<RejectPolicy>,
  rejected: number,
  records: number,
  first: Reject | undefined,
): void {
  if (first === undefined) return;
  if (rejected === records) throw tooMany(`none of its ${String(records)} records can be loaded`, first);
  if (rejected <= maxRejectRatio * records) return;
  const share = `its feed bears a share of ${String(maxRejectRatio)}`;
  throw tooMany(`${String(rejected)} of its ${String(records)} records cannot be loaded, and ${share}`, first);
}

function tooMany(why: string, { offset, line, pointer, message }: Reject): FileRefusedError {
  const text = `The file is refused: ${why}. The one at fault here: ${message}`;
  return new FileRefusedError('MR_TOO_MANY_REJECTS', text, { offset, line, pointer });
}
