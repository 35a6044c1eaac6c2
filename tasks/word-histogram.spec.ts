import { spawnSync } from 'node:child_process';
import { Shell } from '@millrace/sdk';
import { provide, runTask } from '@millrace/sdk/testing';
import { ShellRunner } from '@millrace/shell';
import { describe, expect, it } from 'vitest';
import { wordHistogram } from './word-histogram.task.js';

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('word-histogram', () => {
  it.skipIf(!hasPython)('counts the words of a text, by a Python program (needs python3)', async () => {
    const shell = new ShellRunner({ environment: { PATH: process.env.PATH, HOME: process.env.HOME } });
    const outcome = await runTask(
      wordHistogram,
      { text: 'To be, or not to be: naïve €', top: 2 },
      { services: [provide(Shell, shell)] },
    );
    await shell.stop();
    expect(outcome).toMatchObject({
      status: 'succeeded',
      result: {
        words: 7,
        top: [
          ['to', 2],
          ['be', 2],
        ],
      },
      logs: [{ level: 'info', message: 'counting 7 words' }],
    });
  });
});
