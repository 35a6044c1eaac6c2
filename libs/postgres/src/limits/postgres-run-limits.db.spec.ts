import { describeRunLimitsContract } from '@millrace/runs/run-limits.contract';
import { openDatabaseRig } from '../database-rig.contract.js';
import { PostgresTaskDefinitions } from '../runs/creation/postgres-task-definitions.js';

describeRunLimitsContract('PostgreSQL', async () => {
  const rig = await openDatabaseRig();
  const definitions = new PostgresTaskDefinitions(rig.database);
  const described = { description: undefined, inputSchema: {}, resultSchema: {}, maxAttempts: 3, codeVersion: '1' };
  return {
    ...rig,
    publish: (id, limits) => definitions.publish([{ id, queue: 'default', ...described, ...limits }]),
  };
});
