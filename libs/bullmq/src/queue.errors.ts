/** The queue's backend did not do what it was asked to within the time limit, or said why it cannot. */
export class QueueUnavailableError extends Error {
  readonly code = 'MR_QUEUE_UNAVAILABLE';
  override readonly name = 'QueueUnavailableError';
  constructor(
    /** What was asked of the queue: `deliver`, `missing`, ... */
    readonly operation: string,
    reason: string,
    cause?: unknown,
  ) {
    super(
      `The queue could not ${operation}: ${reason}. Runs are safe in PostgreSQL and are delivered once it answers again; check that the server behind the REDIS_ variables (without them: DATABASE_URL) is up.`,
      { cause },
    );
  }
}

/** The process was stopped before the delivery's handler ended; the sweep delivers the run again. */
export class DeliveryAbandonedError extends Error {
  readonly code = 'MR_DELIVERY_ABANDONED';
  override readonly name = 'DeliveryAbandonedError';
  constructor(graceMs: number) {
    super(`The worker stopped and the delivery was not handled within its ${graceMs} ms of grace.`);
  }
}
