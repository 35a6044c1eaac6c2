/** What BullMQ has no single call for: reads of many jobs at once, and the queues' sentinels. One implementation a backend. */
export interface JobRecords {
  /** Which of these jobs exist and have not ended. */
  unfinished(queue: string, jobIds: readonly string[]): Promise<ReadonlySet<string>>;

  /** The sentinels that are still there, by queue. */
  sentinels(queues: readonly string[]): Promise<ReadonlyMap<string, string>>;

  /** Gives these queues this sentinel. */
  setSentinels(queues: readonly string[], value: string): Promise<void>;
}
