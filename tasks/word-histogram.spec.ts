import { spawnSync } from 'node:child_process';
import { ServiceBindings } from '@millrace/engine';
import { startEngine } from '@millrace/engine/engine-on-memory.contract';
import { Shell } from '@millrace/sdk';
import { ShellRunner } from '@millrace/shell';
import { describe, expect, it } from 'vitest';
import { wordHistogram } from './word-histogram.task.js';

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('word-histogram', () => {
  it.skipIf(!hasPython)('counts the words of a text, by a Python program (needs python3)', async () => {
    const runner = new ShellRunner({ environment: { PATH: process.env.PATH, HOME: process.env.HOME } });
    const { run } = startEngine([wordHistogram], { services: new ServiceBindings().bind(Shell, runner) });
    const { state, result, logs } = await run(wordHistogram, { text: 'To be, or not to be: naïve €', top: 2 });
    await runner.stop();
    expect({ state, result, logs: logs.map(({ message }) => message) }).toEqual({
      state: 'succeeded',
      result: {
        words: 7,
        top: [
          ['to', 2],
          ['be', 2],
        ],
      },
      logs: ['counting 7 words'],
    });
  });
});
