import { callGate, type CallRecord, type ClaimedRun, FENCED, type Fenced, type Gate } from '@millrace/runs';
import type { Dispatcher } from '../../queue/dispatcher.js';
import { gatesOfJson } from '../../catalogue/task-gates.js';
import { type ChildCallRequest, childrenOf } from './call-request.js';
import type { CallStore } from '../outcomes/patient-store.js';

/** Children, and characters of their inputs, created in one statement (R7, ADR 24). */
const CHUNK = 1_000;
const CHUNK_CHARACTERS = 4 * 1024 * 1024;

/** Creates the children of a run's calls. */
export class ChildCreation {
  constructor(
    private readonly run: ClaimedRun,
    private readonly store: CallStore,
    private readonly dispatcher: Dispatcher,
    /** Whether the execution is over: no further chunk is begun. */
    private readonly isOver: () => boolean,
  ) {}

  /** Records the call unless it is, and creates what children it does not have yet, in chunks that run at once. */
  async createMissing(
    request: ChildCallRequest,
    { seq, inputHash }: { readonly seq: number; readonly inputHash: string },
    recorded: CallRecord | undefined,
  ): Promise<undefined | Fenced> {
    const { kind, task, key, inputs } = request;
    const count = inputs.length;
    const call = {
      ...{ seq, kind, taskId: task.id, key, inputHash, children: count },
      ...(request.concurrency === undefined ? {} : { concurrency: request.concurrency }),
    };
    const { runId, delivery, taskId, queue } = this.run;
    let opened = recorded !== undefined;
    const created = recorded?.created ?? 0;
    let from = created;
    // All of them before the first child is created: a key that cannot be had fails the whole call.
    const gates = await this.#gatesOf(request, seq, created);
    do {
      const to = endOfChunk(inputs, from);
      const children = childrenOf(request, from, to, (index) => gates?.[index - created]);
      const deliveries = opened
        ? await this.store.addChildren(this.run, call, children, to === count)
        : await this.store.openCall(this.run, call, children);
      if (deliveries === FENCED) return FENCED;
      await this.dispatcher.deliverChildren({ runId, delivery, seq, taskId, queue }, deliveries);
      opened = true;
      from = to;
    } while (from < count && !this.isOver());
    return undefined;
  }

  /** Gates of the children from one input on; undefined when none has any. */
  async #gatesOf({ task, inputs, concurrency }: ChildCallRequest, seq: number, from: number) {
    const limited = task.definition.concurrency !== undefined || task.definition.rateLimit !== undefined;
    if (!limited && concurrency === undefined) return undefined;
    const ofCall = concurrency === undefined ? [] : [callGate(this.run.runId, seq)];
    const gates: (readonly Gate[])[] = [];
    for (const input of inputs.slice(from)) gates.push([...ofCall, ...((await gatesOfJson(task, input)) ?? [])]);
    return gates;
  }
}

/** Where the chunk that begins at `from` ends: at least one input, at most a statement's worth. */
function endOfChunk(inputs: readonly string[], from: number): number {
  let to = from;
  for (let characters = 0; to < inputs.length && to - from < CHUNK; to += 1) {
    characters += inputs[to]?.length ?? 0;
    if (characters > CHUNK_CHARACTERS && to > from) break;
  }
  return to;
}
