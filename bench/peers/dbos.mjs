import { DBOS } from '@dbos-inc/dbos-sdk';
import { input, tellRate } from './rate.mjs';

DBOS.setConfig({ name: 'bench', systemDatabaseUrl: input.databaseUrl, runAdminServer: false, logLevel: 'error' });
const noOp = DBOS.registerWorkflow(async () => ({ ok: true }), { name: 'noOp' });
await DBOS.launch();
// A workflow's promise resolves when its result is recorded.
await tellRate(
  (index) => noOp({ index }),
  async () => {},
);
await DBOS.shutdown();
process.exit(0);
