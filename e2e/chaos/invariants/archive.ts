import type { Evidence } from '../evidence.js';
import type { Violation } from './invariant.js';

/** States of files whose rows were there once: nothing of them may be lost, whatever became of the rows. */
const PUT_AWAY = new Set(['loaded', 'duplicate', 'unloaded', 'superseded']);

/** Byte for byte what was loaded stands in the archive, and nothing that the ledger does not know. */
export function archiveIsWhole({ files, archived }: Pick<Evidence, 'files' | 'archived'>): Violation[] {
  const ids = new Set(files.map(({ id }) => id));
  const strange = [...archived.keys()].filter((id) => !ids.has(id));
  return [
    ...files.flatMap(({ id, name, state, sha256, run_id }) => {
      if (!PUT_AWAY.has(state) || archived.get(id) === sha256) return [];
      const wrong = archived.has(id) ? 'has other bytes in the archive' : 'is not in the archive';
      return [{ message: `${name} is ${state} and ${wrong}`, runs: [run_id] }];
    }),
    ...strange.map((id) => ({
      message: `the archive holds a file of ${id}, which the ledger does not know`,
      runs: [],
    })),
  ];
}
