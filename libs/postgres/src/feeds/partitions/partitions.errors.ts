/** Rows were read that retention drops by now: what was read is of no use, reading anew counts them as expired. */
export class ExpiredMeanwhileError extends Error {
  readonly code = 'MR_EXPIRED_MEANWHILE';
  override readonly name = 'ExpiredMeanwhileError';
  constructor(table: string) {
    super(`Rows of ${table} were dropped by their age while a file with such rows was read.`);
  }
}
