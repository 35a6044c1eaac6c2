import { type Gate, isRateGate } from '../limits/gate.js';
import { type StoredRun, toDelivery } from './in-memory-run.js';
import type { Admission, RunLimits, TaskLimits } from '../limits/run-limits.port.js';
import { RunState } from '../state/run-state.js';

interface Place {
  readonly run: StoredRun;
  readonly delivery: number;
  readonly gate: Gate;
}

/** Who has passed a gate, and when a claim at a gate of a rate was first seen, in Unix milliseconds. */
interface Slot {
  readonly run: StoredRun;
  readonly delivery: number;
  usedAt: number | undefined;
}

/** Admission in this process's memory, for specs: the same promises as in PostgreSQL. */
export class InMemoryRunLimits implements RunLimits {
  readonly #places = new Map<string, Place>();
  readonly #slots = new Map<Gate, Slot[]>();

  constructor(
    private readonly find: (runId: string) => StoredRun | undefined,
    private readonly inForce: ReadonlyMap<string, TaskLimits>,
  ) {}

  /** Puts a run at its first gate under its present delivery. */
  place(run: StoredRun): Gate | undefined {
    const gate = run.gates?.[0];
    if (gate !== undefined) this.#places.set(run.id, { run, delivery: run.delivery, gate });
    return gate;
  }

  async arrive(runId: string, delivery: number): Promise<Gate | undefined> {
    const run = this.find(runId);
    if (run?.state !== RunState.queued || run.delivery !== delivery || run.admitted === delivery) return undefined;
    if (this.#places.get(runId)?.delivery === delivery || run.gates === undefined) return undefined;
    run.delivery += 1;
    return this.place(run);
  }

  async admit(gate: Gate): Promise<Admission> {
    const slots = this.#heldSlots(gate);
    const room = (this.#limitOf(gate) ?? 0) - slots.length;
    const passing = this.#waitingAt(gate).slice(0, Math.max(0, room));
    const passed = passing.map(({ run, delivery }) => {
      slots.push({ run, delivery, usedAt: undefined });
      const onward = run.gates?.[run.gates.indexOf(gate) + 1];
      if (onward === undefined) {
        this.#places.delete(run.id);
        run.admitted = delivery;
      } else this.#places.set(run.id, { run, delivery, gate: onward });
      return { run, onward };
    });
    return {
      deliveries: passed.flatMap(({ run, onward }) => (onward === undefined ? [toDelivery(run)] : [])),
      onward: [...new Set(passed.flatMap(({ onward }) => (onward === undefined ? [] : [onward])))],
      again: false,
      pauseMs: this.#waitingAt(gate).length > 0 ? this.#pauseAt(gate) : undefined,
    };
  }

  async waitedAt(after: Gate | undefined, limit: number): Promise<readonly Gate[]> {
    const gates = new Set([...this.#places.values()].map(({ gate }) => gate));
    return [...gates]
      .sort()
      .filter((gate) => after === undefined || gate > after)
      .slice(0, limit);
  }

  #waitingAt(gate: Gate): Place[] {
    return [...this.#places.values()]
      .filter(({ run, ...place }) => place.gate === gate && isQueued(run, place.delivery))
      .sort((a, b) => b.run.priority - a.run.priority || (a.run.id < b.run.id ? -1 : 1));
  }

  #heldSlots(gate: Gate): Slot[] {
    const now = Date.now();
    const held = (this.#slots.get(gate) ?? []).filter((slot) => {
      const { run, delivery } = slot;
      if (!isRateGate(gate)) {
        return isQueued(run, delivery) || (run.delivery === delivery && run.state === RunState.running);
      }
      if (!isQueued(run, delivery)) slot.usedAt ??= now;
      return slot.usedAt === undefined || slot.usedAt >= now - this.#periodOf(gate);
    });
    this.#slots.set(gate, held);
    return held;
  }

  #limitOf(gate: Gate): number | undefined {
    const [kind, owner = '', seq] = gate.split(':');
    if (kind === 'call') {
      const call = this.find(owner)?.calls.find((known) => known.seq === Number(seq));
      return call === undefined ? undefined : (call.concurrency ?? Infinity);
    }
    const limits = this.inForce.get(owner);
    if (limits === undefined) return undefined;
    return (kind === 'key' ? limits.concurrencyLimit : limits.rateLimit?.max) ?? Infinity;
  }

  #periodOf(gate: Gate): number {
    return this.inForce.get(gate.split(':')[1] ?? '')?.rateLimit?.perMs ?? 0;
  }

  #pauseAt(gate: Gate): number | undefined {
    const used = (this.#slots.get(gate) ?? []).flatMap(({ usedAt }) => (usedAt === undefined ? [] : [usedAt]));
    return used.length === 0 || !isRateGate(gate) ? undefined : Math.min(...used) + this.#periodOf(gate) - Date.now();
  }
}

function isQueued(run: StoredRun, delivery: number): boolean {
  return run.state === RunState.queued && run.delivery === delivery;
}
