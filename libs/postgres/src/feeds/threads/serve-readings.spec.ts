import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { vehiclesStatus } from '@millrace/ingest';
import { beforeEach, describe, expect, it } from 'vitest';
import { serveReadings } from './serve-readings.js';
import type { FromThread, ToThread } from './thread-messages.js';

/** No other memory has this size. */
const RETURNED_BYTES = 5_000_011;
const REPORTS = 140_000;

let folder: string;
let main: MessagePort;
let looks = 0;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-serve-'));
  const { port1, port2 } = new MessageChannel();
  looks = 0;
  serveReadings(port2, { tasks: folder }, { bound: () => void (looks += 1) });
  main = port1;
  return async () => {
    main.close();
    await rm(folder, { recursive: true });
  };
});

const tell = (message: ToThread, moved: ArrayBuffer[] = []) => main.postMessage(message, moved);

/** Deals with all that a reading gives: the sizes of the memory that its rows came in. */
async function memoriesOf(descriptor: number, returned: () => ArrayBuffer): Promise<number[]> {
  const memories: number[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    main.on('message', (message: FromThread) => {
      if (message.kind === 'look-up') {
        tell({ kind: 'keys', request: message.request, keys: message.names.map(() => 1) });
      } else if (message.kind === 'rows') {
        memories.push(message.encoded.bytes.buffer.byteLength);
        const memory = [returned()];
        tell({ kind: 'taken', id: 1, returned: memory }, memory);
      } else if (message.kind === 'ended') resolve();
      else if (message.kind !== 'passed') reject(new Error(message.kind));
    });
  });
  const content = { contentId: 7, keptFromMs: undefined };
  tell({ kind: 'read', id: 1, descriptor, feed: vehiclesStatus.id, file: 'f', content });
  await ended;
  return memories;
}

async function statusFile() {
  const path = join(folder, 'status.json');
  const reports = Array.from({ length: REPORTS }, (_, at) => ({
    ...{ vehicle_id: 'a', status: 'driving' },
    report_time: new Date(at).toISOString(),
  }));
  await writeFile(path, JSON.stringify({ vehicle_status: reports }));
  return open(path);
}

describe("the thread's side of readings", () => {
  it('makes rows in memory that comes back', { timeout: 60_000 }, async () => {
    const file = await statusFile();
    const memories = await memoriesOf(file.fd, () => new ArrayBuffer(RETURNED_BYTES));
    await file.close();
    expect(memories.length).toBeGreaterThan(3);
    expect(memories).toContain(RETURNED_BYTES);
  });

  it('looks at its garbage when memory has come back and when keys have come, and leaves other rows to V8', async () => {
    tell({ kind: 'taken', id: 1, returned: [] });
    tell({ kind: 'taken', id: 1, returned: [new ArrayBuffer(1)] });
    tell({ kind: 'keys', request: 1, keys: [] });
    await expect.poll(() => looks).toBeGreaterThan(1);
    expect(looks).toBe(2);
  });
});
