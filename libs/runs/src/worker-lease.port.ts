/** What a worker tells of itself. */
export interface WorkerInfo {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly queues: readonly string[];
}

/** The leases of worker processes (R9), by PostgreSQL's clock alone. */
export interface WorkerLeases {
  /** Takes or renews the lease for this long. */
  renew(worker: WorkerInfo, leaseMs: number): Promise<void>;
  /** Gives the lease up: its runs are free at once. */
  release(workerId: string): Promise<void>;
}
