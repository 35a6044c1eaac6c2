import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, utimesSync, writeFileSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = (name: string) => new URL(name, import.meta.url).href;
const { oneAtATime } = (await import(script('one-at-a-time.mjs'))) as {
  oneAtATime: <T>(file: string, work: () => Promise<T>, onWait?: () => unknown) => Promise<T>;
};
const { fingerprint } = (await import(script('fingerprint.mjs'))) as {
  fingerprint: (paths: readonly string[], without?: readonly string[]) => string;
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('oneAtATime', () => {
  it('lets commands that are started together work one after the other', async () => {
    const journal = join(folder, 'journal');
    const program = `
      import { appendFileSync } from 'node:fs';
      import { setTimeout as delay } from 'node:timers/promises';
      import { oneAtATime } from ${JSON.stringify(script('one-at-a-time.mjs'))};
      await oneAtATime(${JSON.stringify(join(folder, 'deep/lock'))}, async () => {
        appendFileSync(${JSON.stringify(journal)}, 'begins ');
        await delay(30);
        appendFileSync(${JSON.stringify(journal)}, 'ends ');
      });`;
    const commands = [1, 2, 3].map(() =>
      spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' }),
    );
    await Promise.all(commands.map((command) => once(command, 'exit')));
    expect(readFileSync(journal, 'utf8')).toBe('begins ends '.repeat(3));
  });

  it('tells who has to wait, once, and gives what the work gave', async () => {
    const lock = join(folder, 'lock');
    let end: (value: string) => void = () => undefined;
    const first = oneAtATime(lock, () => new Promise<string>((resolve) => (end = resolve)));
    const told: string[] = [];
    const second = oneAtATime(
      lock,
      () => Promise.resolve('second'),
      () => {
        told.push('waits');
        end('first');
      },
    );
    expect(await Promise.all([first, second])).toEqual(['first', 'second']);
    expect(told).toEqual(['waits']);
  });

  it('waits no time for a process of this machine that was killed', async () => {
    const lock = join(folder, 'lock');
    const program = `
      import { oneAtATime } from ${JSON.stringify(script('one-at-a-time.mjs'))};
      await oneAtATime(${JSON.stringify(lock)}, () => new Promise(() => process.stdout.write('at work')));`;
    const command = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(command.stdout, 'data');
    command.kill('SIGKILL');
    await once(command, 'exit');
    const told: string[] = [];
    const done = await oneAtATime(
      lock,
      () => Promise.resolve('done'),
      () => told.push('waits'),
    );
    expect([done, told]).toEqual(['done', []]);
  });

  it('waits for no lock that has long had no beat, and leaves the lock of work that fails to the next', async () => {
    const lock = join(folder, 'lock');
    writeFileSync(lock, '1');
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(lock, longAgo, longAgo);
    await expect(oneAtATime(lock, () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
    expect(await oneAtATime(lock, () => Promise.resolve('done'))).toBe('done');
  });
});

describe('fingerprint', () => {
  it('is the same until a file changes, comes or goes, and does not look where it is told not to', () => {
    mkdirSync(join(folder, 'src'));
    mkdirSync(join(folder, 'dist'));
    const file = join(folder, 'src/a.ts');
    writeFileSync(file, '1');
    const look = () => fingerprint([folder, join(folder, 'none')], ['dist']);
    const seen = [look()];
    writeFileSync(join(folder, 'dist/a.js'), '1');
    expect(look()).toBe(seen[0]);
    const changes = [
      () => writeFileSync(file, '22'),
      () => utimesSync(file, new Date(1), new Date(1)),
      () => writeFileSync(join(folder, 'src/b.ts'), ''),
      () => rmSync(file),
    ];
    for (const change of changes) {
      change();
      seen.push(look());
    }
    expect(new Set(seen).size).toBe(changes.length + 1);
  });
});
