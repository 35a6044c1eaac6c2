import { type Admission, type Delivery, type Gate, isRateGate } from '@millrace/runs';
import type { Database } from '../database.js';
import { type DeliveryRow, toDelivery } from '../runs/delivery-row.js';
import { ADMIT_RUNS, FIND_PAUSES, MOST_AT_ONCE } from './admit-runs.sql.js';
import { FREE_SLOTS } from './free-slots.sql.js';
import { LOCK_GATES } from './lock-gates.sql.js';

/** One place at the head of a gate's queue. */
type HeadRow = { readonly passed: Gate; readonly stands: boolean } & (
  | { readonly passes: false; readonly id: null }
  | { readonly passes: true; readonly onward: Gate; readonly id: null }
  | ({ readonly passes: true; readonly onward: null } & DeliveryRow)
);

/** Counts each gate's slots and lets runs through, in one transaction that holds the gates' locks. */
export async function admitRuns(database: Database, gates: readonly Gate[]): Promise<Admission[]> {
  const asked = [...new Set(gates)];
  const rates = asked.filter(isRateGate);
  const { heads, pauses } = await database.transaction(async (transaction) => {
    await transaction.query(LOCK_GATES, [asked]);
    await transaction.query(FREE_SLOTS, [asked]);
    const { rows: heads } = await transaction.query<HeadRow>(ADMIT_RUNS, [asked]);
    if (rates.length === 0) return { heads, pauses: [] };
    const { rows: pauses } = await transaction.query<{ gate: Gate; ms: number | null }>(FIND_PAUSES, [rates]);
    return { heads, pauses };
  });
  const pauseOf = new Map(pauses.map(({ gate, ms }) => [gate, ms ?? undefined]));
  const headsOf = new Map<Gate, HeadRow[]>(asked.map((gate) => [gate, []]));
  for (const head of heads) headsOf.get(head.passed)?.push(head);
  return gates.map((gate) => {
    const admission = toAdmission(headsOf.get(gate) ?? [], pauseOf.get(gate));
    // One delivery a run, however often its gate was named.
    headsOf.delete(gate);
    return admission;
  });
}

function toAdmission(heads: readonly HeadRow[], pauseMs: number | undefined): Admission {
  const deliveries: Delivery[] = [];
  const onward = new Set<Gate>();
  for (const head of heads) {
    if (!head.passes) continue;
    if (head.id === null) onward.add(head.onward);
    else deliveries.push(toDelivery(head));
  }
  const passed = heads.filter(({ passes }) => passes).length;
  const again = passed === MOST_AT_ONCE || heads.some(({ stands }) => !stands);
  return { deliveries, onward: [...onward], again, pauseMs };
}
