import { FENCED } from '@millrace/runs';
import { describeCancellationContract } from '@millrace/runs/cancellation.contract';
import { describeDeadlinesContract } from '@millrace/runs/deadlines.contract';
import { describeReopeningContract } from '@millrace/runs/reopening.contract';
import { describeRunRetriesContract } from '@millrace/runs/run-retries.contract';
import { describeRunStoreContract } from '@millrace/runs/run-store.contract';
import { describeWorkerRunsContract } from '@millrace/runs/worker-runs.contract';
import { storeScene } from '@millrace/runs/store-scene.contract';
import { describe, expect, it } from 'vitest';
import { openDatabaseRig } from '../database-rig.contract.js';
import { PostgresRunCancellation } from './cancellation/postgres-run-cancellation.js';
import { PostgresRunDeadlines } from './ends/postgres-run-deadlines.js';
import { PostgresRunRetries } from './retries/postgres-run-retries.js';
import { PostgresWorkerRuns } from './claims/postgres-worker-runs.js';

const open = async () => {
  const rig = await openDatabaseRig();
  return {
    ...rig,
    cancellation: new PostgresRunCancellation(rig.database),
    deadlines: new PostgresRunDeadlines(rig.database),
    retries: new PostgresRunRetries(rig.database),
    workerRuns: new PostgresWorkerRuns(rig.database),
  };
};

describeRunStoreContract('PostgreSQL', open);
describeCancellationContract('PostgreSQL', open);
describeDeadlinesContract('PostgreSQL', open);
describeRunRetriesContract('PostgreSQL', open);
describeReopeningContract('PostgreSQL', open);
describeWorkerRunsContract('PostgreSQL', open);

describe('a claim of a run that waited for an invoke', () => {
  it.each([
    ['gives a small outcome with the record', 'x'.repeat(100), true],
    ['leaves a large one to be asked for', 'x'.repeat(5_000), false],
  ])('%s', async (_, result, atHand) => {
    const opened = await open();
    const { create, claim, succeed, newCall, newChild } = storeScene(() => opened);
    const parent = await claim(await create());
    const call = newCall({ kind: 'invoke', children: 1 });
    const deliveries = await opened.store.openCall(parent, call, [newChild(0)]);
    if (deliveries === FENCED || deliveries[0] === undefined) throw new Error('no child');
    await opened.store.suspend(parent, parent.wakes);
    await succeed(await claim(deliveries[0]), JSON.stringify(result));
    const delivery = await opened.store.wake(parent.runId);
    if (delivery === undefined) throw new Error('not woken');

    const { record } = await claim(delivery);
    const outcome = { status: 'succeeded', runId: deliveries[0].runId, result };
    expect(record).toMatchObject([{ kind: 'invoke', outcome: atHand ? outcome : undefined }]);
    expect(await opened.store.outcomes(parent.runId, 0, 0, 1)).toEqual([outcome]);
    await opened.close();
  });
});
