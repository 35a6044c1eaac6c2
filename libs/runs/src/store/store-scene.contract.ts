import type { ClaimedRun, ExecutionRef } from './claimed-run.js';
import type { Delivery } from './delivery.js';
import type { NewCall, NewChild } from './new-call.js';
import type { NewRun } from './new-run.js';
import { newRunId } from '../state/run-id.js';
import { FENCED, type RunStore } from './run-store.port.js';

/** A store under test and a worker whose lease is good. */
export interface StoreUnderTest {
  readonly store: RunStore;
  readonly workerId: string;
  readonly close: () => Promise<void>;
}

/** What contract suites make and do in a store, in few words. */
export function storeScene(opened: () => StoreUnderTest) {
  const newRun = (fields: Partial<NewRun> = {}): NewRun => ({
    ...{
      id: newRunId(),
      taskId: 'count',
      queue: 'default',
      input: '{"n":1}',
      trigger: 'api',
      priority: 0,
      maxAttempts: 3,
    },
    ...fields,
  });
  const create = async (fields: Partial<NewRun> = {}) => {
    const outcome = await opened().store.create(newRun(fields));
    if (outcome.status !== 'created') throw new Error(outcome.status);
    return outcome.delivery;
  };
  const claim = async ({ runId, delivery }: { runId: string; delivery: number }): Promise<ClaimedRun> => {
    const claimed = await opened().store.claim(runId, delivery, opened().workerId);
    if (claimed === undefined) throw new Error('not claimed');
    return claimed;
  };
  const newCall = (fields: Partial<NewCall> = {}): NewCall => ({
    ...{ seq: 0, kind: 'map-settled', taskId: 'child', key: undefined, inputHash: 'h', children: 2 },
    ...fields,
  });
  const newChild = (index: number): NewChild => ({
    ...{ id: newRunId(), index, queue: 'default', input: String(index), key: undefined, priority: 0, maxAttempts: 1 },
  });
  const succeed = (execution: ExecutionRef, result: string) =>
    opened().store.finish({ runId: execution.runId, epoch: execution.epoch, status: 'succeeded', result });
  const openCall = async (
    parent: ExecutionRef,
    children: number,
    seq = 0,
    kind: NewCall['kind'] = 'map-settled',
  ): Promise<readonly Delivery[]> => {
    const deliveries = await opened().store.openCall(
      parent,
      newCall({ children, seq, kind }),
      Array.from({ length: children }, (_, i) => newChild(i)),
    );
    if (deliveries === FENCED) throw new Error('fenced');
    return deliveries;
  };
  const fail = ({ runId, epoch }: ExecutionRef) =>
    opened().store.finish({ runId, epoch, status: 'failed', error: { code: 'E', message: 'no' } });
  return { newRun, newCall, newChild, create, claim, succeed, fail, openCall };
}
