import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { input, tellRate } from './rate.mjs';

const QUEUE = 'no-op';
const client = new pg.Client({ connectionString: input.databaseUrl });
await client.connect();
const boss = new PgBoss(input.databaseUrl);
await boss.start();
await boss.createQueue(QUEUE);
// What a handler of a batch gives is the result of each job only by completing them one by one.
for (let worker = 0; worker < 2; worker += 1) {
  await boss.work(QUEUE, { batchSize: 500, pollingIntervalSeconds: 0.5 }, async (jobs) => {
    await Promise.all(jobs.map(({ id }) => boss.complete(QUEUE, id, { ok: true })));
  });
}
await tellRate((index) => boss.send(QUEUE, { index }), untilCompleted);
await boss.stop({ graceful: false });
await client.end();
process.exit(0);

async function untilCompleted(wanted) {
  for (;;) {
    const { rows } = await client.query(
      `SELECT count(*)::int AS n FROM pgboss.job WHERE state = 'completed' AND name = $1`,
      [QUEUE],
    );
    if (rows[0].n >= wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
