import { Dispatcher, InMemoryTaskQueue, RunStarter, TaskRegistry } from '@millrace/engine';
import { defineTask, FatalError } from '@millrace/sdk';
import { silentLogger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openDatabaseRig, type DatabaseRig } from '../database-rig.contract.js';
import { executorOn } from '../engine-on-postgres.contract.js';

/** A NUL, which PostgreSQL's text does not take, and a lone surrogate, which UTF-8 cannot say. */
const ODD = 'a\u0000b\ud800c';
const OTHER_ARM = 'a\u0000b\ud800c!';
/** What a text column has of it. */
const SHOWN = 'a\\u0000b\ufffdc';

const echo = defineTask({ id: 'odd-echo', input: z.string(), result: z.string(), run: async (text) => text });
const broken = defineTask({
  id: 'odd-broken',
  input: z.string(),
  result: z.null(),
  run: (text): Promise<null> => Promise.reject(new FatalError(text)),
});
const everything = defineTask({
  id: 'odd-everything',
  input: z.string(),
  result: z.array(z.string()),
  async run(text, ctx) {
    ctx.log.info(text, { [text]: text });
    ctx.progress(0.5, text);
    const step = await ctx.step(text, async () => text);
    const invoked = await ctx.invoke(echo, text, { key: text });
    const mapped = await ctx.map(echo, [text], { key: (input) => input });
    const on = text as typeof ODD | typeof OTHER_ARM;
    const arm = await ctx.branch(on, { [ODD]: async () => text, [OTHER_ARM]: async () => 'other' });
    const caught = String(await ctx.invoke(broken, text).catch((error: Error) => error.message));
    await ctx.start(echo, text, { key: text });
    return [step, invoked, ...mapped, arm, caught];
  },
});

describe('NUL and lone surrogates', () => {
  let rig: DatabaseRig;
  let stop: () => Promise<void>;
  let starter: RunStarter;
  beforeAll(async () => {
    rig = await openDatabaseRig();
    const queue = new InMemoryTaskQueue();
    const registry = TaskRegistry.from([echo, broken, everything].map((value) => ({ value, origin: 'spec' })));
    stop = queue.work('default', await executorOn(rig.database, queue, registry));
    starter = new RunStarter(registry, rig.store, new Dispatcher(rig.store, queue, silentLogger));
  });
  afterAll(async () => {
    await stop();
    await rig.close();
  });

  it('pass through inputs, results and step values, and are shown in logs, errors, notes, keys and arms', async () => {
    const { runId } = await starter.start({ taskId: everything.id, input: ODD, trigger: 'api' });
    const ended = await waitFor(async () => {
      const { rows } = await rig.database.query<{ result: string[]; error: unknown; progress_note: string }>(
        'SELECT result, error, progress_note FROM millrace.runs WHERE id = $1 AND finished_at IS NOT NULL',
        [runId],
      );
      return rows[0];
    });
    expect(ended.error).toBeNull();
    expect(ended.result).toHaveLength(5);
    expect(ended.result.slice(0, 4)).toEqual([ODD, ODD, ODD, ODD]);
    expect(ended.result[4]).toContain(SHOWN);
    expect(ended.progress_note).toBe(SHOWN);

    const { rows: logs } = await rig.database.query('SELECT message, fields FROM millrace.run_logs WHERE run_id = $1', [
      runId,
    ]);
    expect(logs).toEqual([{ message: SHOWN, fields: { [ODD]: ODD } }]);
    const { rows: keys } = await rig.database.query('SELECT DISTINCT key FROM millrace.calls WHERE key IS NOT NULL');
    expect(keys).toEqual([{ key: SHOWN }]);
    const { rows: arms } = await rig.database.query(
      "SELECT task_id, status FROM task_instances WHERE status IN ('taken', 'skipped') ORDER BY status DESC",
    );
    expect(arms).toEqual([
      { task_id: SHOWN, status: 'taken' },
      { task_id: `${SHOWN}!`, status: 'skipped' },
    ]);
    const { rows: failed } = await rig.database.query(
      "SELECT error ->> 'message' AS message FROM task_instances WHERE task_id = 'odd-broken'",
    );
    expect(failed).toEqual([{ message: SHOWN }]);
  });
});
