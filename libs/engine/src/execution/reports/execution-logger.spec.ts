import { defineTask } from '@millrace/sdk';
import { createLogger } from '@millrace/telemetry';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { startEngine } from '../../engine-on-memory.contract.js';

it('what a task logs is a line of its process too, which says of which run, attempt and task it is', async () => {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const logger = createLogger({ name: 'worker', level: 'info', pretty: false, destination });
  const chatty = defineTask({
    id: 'chatty',
    input: z.object({}),
    result: z.null(),
    retry: { maxAttempts: 2, initialDelay: '1ms' },
    async run(_, ctx) {
      ctx.log.debug('not of interest');
      ctx.log.warn('half way', { rows: 7 });
      if (ctx.attempt === 1) throw new Error('once more');
      return null;
    },
  });
  const { run } = startEngine([chatty], { logger });
  const { runId } = await run(chatty, {});
  const said = (attempt: number) => ({
    level: 40,
    run: runId,
    task: 'chatty',
    attempt,
    msg: 'half way',
    fields: { rows: 7 },
  });
  expect(lines.filter(({ msg }) => msg !== undefined)).toMatchObject([said(1), said(2)]);
});
