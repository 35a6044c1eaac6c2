import { type CallRecord, type ClaimedRun, FENCED, type Fenced, type RunStore } from '@millrace/runs';
import type { Dispatcher } from '../dispatcher.js';
import { type ChildCallRequest, childrenOf } from './call-request.js';

/** Children, and characters of their inputs, created in one statement (R7, R12). */
const CHUNK = 5_000;
const CHUNK_CHARACTERS = 4 * 1024 * 1024;

/** Creates the children of a run's calls. */
export class ChildCreation {
  constructor(
    private readonly run: ClaimedRun,
    private readonly store: RunStore,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** Records the call unless it is, and creates what children it does not have yet, in chunks that run at once. */
  async createMissing(
    request: ChildCallRequest,
    { seq, inputHash }: { readonly seq: number; readonly inputHash: string },
    recorded: CallRecord | undefined,
  ): Promise<undefined | Fenced> {
    const { kind, task, key, inputs } = request;
    const count = inputs.length;
    const call = { seq, kind, taskId: task.id, key, inputHash, children: count };
    const { runId, delivery, taskId, queue } = this.run;
    let opened = recorded !== undefined;
    let from = recorded?.created ?? 0;
    do {
      const to = endOfChunk(inputs, from);
      const children = childrenOf(request, from, to);
      const deliveries = opened
        ? await this.store.addChildren(this.run, call, children, to === count)
        : await this.store.openCall(this.run, call, children);
      if (deliveries === FENCED) return FENCED;
      await this.dispatcher.deliverChildren({ runId, delivery, seq, taskId, queue }, deliveries);
      opened = true;
      from = to;
    } while (from < count);
    return undefined;
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
