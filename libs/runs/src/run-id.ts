import { v7 } from 'uuid';

/** A new run id: UUIDv7 (RFC 9562), so that ids sort by creation and `runs` can be partitioned by id range. */
export function newRunId(): string {
  return v7();
}
