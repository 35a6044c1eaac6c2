/**
 * What a run passes, one after the other, before it may be claimed (R11): first the concurrency of its map, then that of
 * its task's key, then its task's rate. Whoever waits at one holds those before it, never those behind it, so that no two
 * runs wait for each other.
 */
export type Gate = string;

/** Children of one call that execute at once. */
export function callGate(runId: string, seq: number): Gate {
  return `call:${runId}:${seq}`;
}

/** Runs of one task and key that execute at once. */
export function keyGate(taskId: string, key: string): Gate {
  return `key:${taskId}:${key}`;
}

/** Claims of one task in a period. */
export function rateGate(taskId: string): Gate {
  return `rate:${taskId}`;
}

/** Whether the gate counts claims in a period, and not what executes. */
export function isRateGate(gate: Gate): boolean {
  return gate.startsWith('rate:');
}
