import type { ExecutionRef } from '@millrace/runs';

/** A row of a statement that writes for executions. */
export interface ExecutionRow {
  readonly id: string;
  readonly epoch: number;
}

/**
 * The rows of a statement, each for the execution that it is of and no other: one that has lost its run may ask in the same
 * statement as the one that has it now.
 */
export class ByExecution<Row extends ExecutionRow> {
  readonly #rows: ReadonlyMap<string, Row>;

  constructor(rows: readonly Row[]) {
    this.#rows = new Map(rows.map((row) => [`${row.id} ${row.epoch}`, row]));
  }

  of({ runId, epoch }: ExecutionRef): Row | undefined {
    return this.#rows.get(`${runId} ${epoch}`);
  }
}
