import { provide, runBatch } from '@millrace/sdk/testing';
import { describe, expect, it } from 'vitest';
import { FileLoading, loadFile, loadLargeFile } from './load-file.task.js';

const ids = [1, 2, 3].map((n) => `019ab000-0000-7000-8000-00000000000${n}`);
const none = () => Promise.reject(new Error('It has come in a batch.'));

describe('a batch of load-file', () => {
  it('loads all of its files together, those too that are loaded again, and gives the outcome of each', async () => {
    const asked: unknown[] = [];
    const files = provide(FileLoading, {
      load: none,
      reload: none,
      loadTogether: (loads) => {
        asked.push(loads.map(({ fileId, again }) => ({ fileId, again })));
        return loads.map(({ context }, n) =>
          n === 1
            ? Promise.reject(new Error('no such file'))
            : Promise.resolve(
                context.completion({ file: `f${n}`, feed: 'f', outcome: 'loaded', rows: n, records: n, rejected: 0 }),
              ),
        );
      },
    });
    const inputs = ids.map((fileId, n) => ({ fileId, again: n > 0 }));
    expect(await runBatch(loadFile, inputs, { services: [files] })).toMatchObject([
      { status: 'succeeded', result: { rows: 0 } },
      { status: 'failed', error: { message: 'no such file' } },
      { status: 'succeeded', result: { rows: 2 } },
    ]);
    expect(asked).toEqual([inputs]);
  });
});

describe('a load that hangs', () => {
  it('is given up after an hour, a large one after a day', () => {
    expect([loadFile, loadLargeFile].map(({ definition }) => definition.attemptTimeout)).toEqual(['1h', '1d']);
  });
});
