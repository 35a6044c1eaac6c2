type Rows = readonly { readonly id?: unknown }[];
type ToldRuns = (rows: Rows, params: readonly unknown[]) => readonly unknown[];

const ofRows: ToldRuns = (rows) => rows.map(({ id }) => id);
const ofParams =
  (...places: readonly number[]): ToldRuns =>
  (_rows, params) =>
    places.flatMap((place) => params[place]);

/** Statements after which there is something new to see of runs, and where the ids of these stand. */
const TELLING: Readonly<Record<string, ToldRuns>> = {
  'runs.insert': ofRows,
  'runs.insert-tagged': ofRows,
  'runs.start': ofParams(10),
  'runs.open-call': ofParams(0, 3),
  'runs.add-children': ofParams(0, 3),
  'runs.claim': ofRows,
  'runs.undo-claims': ofParams(0),
  'runs.suspend': ofRows,
  'runs.wake': ofRows,
  'runs.requeue': ofRows,
  'runs.reopen': ofRows,
  'runs.finish': ofRows,
  'runs.cancel-marked': ofRows,
  'runs.cancel-executions': ofRows,
  'runs.expire': ofRows,
  'runs.fail-unknown': ofRows,
  'runs.append-logs': ofParams(0),
  'runs.report-progress': ofParams(0),
};

/** The runs of which a statement of this name has something to tell, once it is committed. */
export function runsTold(statement: string | undefined, rows: Rows, params: readonly unknown[]): readonly string[] {
  const told = statement === undefined ? undefined : TELLING[statement];
  return told === undefined ? [] : (told(rows, params) as readonly string[]);
}
