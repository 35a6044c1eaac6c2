import { expect, it } from 'vitest';
import { openDatabaseRig } from '../database-rig.contract.js';
import { ADMIT_RUNS } from './admit-runs.sql.js';
import { FREE_SLOTS } from './free-slots.sql.js';
import { LOCK_GATES } from './lock-gates.sql.js';

const FILL = `
WITH run AS (
  INSERT INTO millrace.runs (id, task_id, queue, state, trigger, max_attempts, input, root_id, gates)
  SELECT id, 't', 'default', 'queued', 'api', 1, '{}', id, '{key:t:k}'
  FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 20000)) AS new
  RETURNING id
)
INSERT INTO millrace.gate_queue (run_id, delivery, gate, priority) SELECT id, 1, 'key:t:k', 0 FROM run`;

it('admission reads no more runs than it admits and a few, however many wait', { timeout: 60_000 }, async () => {
  const { database, close } = await openDatabaseRig();
  await database.query(FILL);
  await database.query('ANALYZE');
  await database.query(`INSERT INTO millrace.task_definitions
    (id, queue, input_schema, result_schema, max_attempts, code_version, concurrency_limit)
    VALUES ('t', 'default', '{}', '{}', 1, '1', 5)`);
  await database.transaction(async (transaction) => {
    await transaction.query(LOCK_GATES, [['key:t:k']]);
    for (const statement of [FREE_SLOTS, ADMIT_RUNS]) {
      const { rows } = await transaction.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ${statement}`,
        [['key:t:k']],
      );
      const most = rows.flatMap((row) => {
        const [, read, loops] = /actual rows=([\d.]+) loops=(\d+)/.exec(row['QUERY PLAN']) ?? [];
        return read === undefined ? [] : [Number(read) * Number(loops)];
      });
      expect(Math.max(...most)).toBeLessThan(500);
    }
    const { rows } = await transaction.query('SELECT FROM millrace.gate_slots');
    expect(rows).toHaveLength(5);
  });
  await close();
});
