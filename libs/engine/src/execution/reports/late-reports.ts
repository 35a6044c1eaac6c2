/** What is said of a run while it is executed. */
export type ReportKind = 'log' | 'progress';

/** Counts lines and reports that were dropped, because they came from executions that had lost their run (R1). */
export class LateReports {
  readonly #dropped: Record<ReportKind, number> = { log: 0, progress: 0 };

  count(kind: ReportKind, dropped: number): void {
    this.#dropped[kind] += dropped;
  }

  get totals(): Readonly<Record<ReportKind, number>> {
    return { ...this.#dropped };
  }
}
