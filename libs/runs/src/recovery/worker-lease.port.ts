/** What a worker tells of itself. */
export interface WorkerInfo {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly queues: readonly string[];
  /** Ids of the tasks that it has. */
  readonly tasks: readonly string[];
}

/** The leases of worker processes (R9), by PostgreSQL's clock alone. */
export interface WorkerLeases {
  /** Takes or renews the lease for this long. */
  renew(worker: WorkerInfo, leaseMs: number): Promise<void>;
  /** Gives the lease up: its runs are free at once. */
  release(workerId: string): Promise<void>;
}

/** Renews a worker's lease, which somebody has taken for it, from outside of what its tasks can hold up (R9). */
export interface LeaseRenewal {
  start(): void;
  /** Resolves when nothing renews the lease any more. */
  stop(): Promise<void>;
  /** Milliseconds for which the lease has been held without a gap. */
  heldForMs(): number;
}
