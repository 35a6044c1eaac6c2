import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FeedFormat } from '../feeds/feed.js';
import { SETTLE_MS, Settling } from './settling.js';

const QUIET_MS = 10_000;
/** A minute ahead of our clock, so that only what the watcher saw itself counts. */
const WRITTEN_LAST = new Date(Date.now() + 60_000);

let path: string;
let nowMs: number;
/** By how much the clock of the file system is ahead of ours. */
let aheadMs: number;
let settling: Settling;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-settling-'));
  path = join(folder, 'file.json');
  [nowMs, aheadMs] = [0, 0];
  settling = new Settling(
    () => Date.now() + aheadMs,
    () => nowMs,
  );
  return () => rm(folder, { recursive: true });
});

/** Looks at a file of this content, last written so many milliseconds ago by the clock of its file system. */
async function look(content: string, writtenAgoMs: number, format: FeedFormat = 'json'): Promise<number> {
  await writeFile(path, content);
  const mtimeNs = BigInt(WRITTEN_LAST.getTime() - writtenAgoMs) * 1_000_000n;
  const identity = { device: 1n, inode: 1n, size: BigInt(content.length), mtimeNs };
  return settling.untilSettled(path, identity, { quietPeriodMs: QUIET_MS, format });
}

describe('Settling', () => {
  it.each(['{}', '[]', '{"a": [1]}\n', '{}\r\n\t '])(
    'takes a file that ends in %j once it was left alone for 50 ms',
    async (content) => {
      expect(await look(content, 0)).toBe(SETTLE_MS);
      nowMs = SETTLE_MS;
      expect(await look(content, 0)).toBe(0);
    },
  );

  it.each(['', '{"a": [1', '{} x'])('waits the quiet period for a file that ends in %j', async (content) => {
    await look(content, 0);
    nowMs = 60;
    expect(await look(content, 0)).toBe(QUIET_MS - 60);
    nowMs = QUIET_MS;
    expect(await look(content, 0)).toBe(0);
  });

  it('waits the quiet period for a format that has no end, whatever its last byte', async () => {
    await look('{"a": 1}\n', 0, 'ndjson');
    nowMs = QUIET_MS - 1;
    expect(await look('{"a": 1}\n', 0, 'ndjson')).toBe(1);
  });

  it.each(['.gz', '.zst'])('waits the quiet period for a packed file, %s, whatever its last byte', async (suffix) => {
    path += suffix;
    await look('{}', 0);
    nowMs = QUIET_MS - 1;
    expect(await look('{}', 0)).toBe(1);
  });

  it('begins anew when the file changes', async () => {
    await look('{}', 0);
    nowMs = SETTLE_MS - 1;
    expect(await look('{ }', 0)).toBe(SETTLE_MS);
  });

  it('counts from the last write by the clock of the file system, however far that is from ours', async () => {
    aheadMs = 3_600_000;
    expect(await look('half', -aheadMs)).toBeGreaterThan(0);
    expect(await look('half', 60_000 + QUIET_MS - aheadMs)).toBe(0);
  });

  it('takes at once a file that was last written long before it was seen', async () => {
    expect(await look('{}', 61_000)).toBe(0);
    expect(await look('half', 60_000 + QUIET_MS)).toBe(0);
  });
});
