import { type ClaimedRun, FENCED } from '@millrace/runs';
import { storeScene } from '@millrace/runs/store-scene.contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseRig, openDatabaseRig } from '../../database-rig.contract.js';
import { PostgresRunStore } from '../postgres-run-store.js';

let rig: DatabaseRig;
beforeAll(async () => {
  rig = await openDatabaseRig();
});
afterAll(() => rig.close());

const { create, claim } = storeScene(() => rig);

/** A store whose connection breaks between the commit of the first statement of that name and its answer. */
function storeThatLosesTheAnswerOf(name: string): PostgresRunStore {
  let lost = false;
  const database = new Proxy(rig.database, {
    get: (target, property) => {
      if (property !== 'query') return Reflect.get(target, property) as unknown;
      return async (text: string, params?: readonly unknown[]) => {
        const answer = await target.query(text, params);
        if (lost || !text.includes(`/* ${name} */`)) return answer;
        lost = true;
        throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      };
    },
  });
  return new PostgresRunStore(database);
}

/** What another execution, which has lost its run, is told. */
const staleOf = ({ runId, epoch }: ClaimedRun) => ({ runId, epoch: epoch - 1 });

describe('a move whose COMMIT nobody heard the outcome of', () => {
  it('is a suspension, and not fenced', async () => {
    const run = await claim(await create());
    expect(await storeThatLosesTheAnswerOf('runs.suspend').suspend(run, run.wakes)).toBe('waiting');
    expect(await storeThatLosesTheAnswerOf('runs.suspend').suspend(staleOf(run), run.wakes)).toBe(FENCED);
  });

  it('is a suspension that a wake came before, with its delivery', async () => {
    const run = await claim(await create());
    const store = storeThatLosesTheAnswerOf('runs.suspend');
    expect(await store.suspend(run, run.wakes - 1)).toMatchObject({ runId: run.runId, delivery: run.delivery + 1 });
  });

  it.each(['hand-back', 'snooze'] as const)('is a %s with its delivery, made once', async (reason) => {
    const run = await claim(await create());
    const requeue = { reason, delayMs: 0 };
    expect(await storeThatLosesTheAnswerOf('runs.requeue').requeue(run, requeue)).toMatchObject({
      ...{ runId: run.runId, delivery: run.delivery + 1 },
    });
    expect(await storeThatLosesTheAnswerOf('runs.requeue').requeue(staleOf(run), requeue)).toBe(FENCED);
  });
});
