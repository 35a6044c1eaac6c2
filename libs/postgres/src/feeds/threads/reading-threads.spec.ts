import { createHash } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileRefusedError, objectsDetection, streamRecords, type Reject, type StreamedFile } from '@millrace/ingest';
import fc from 'fast-check';
import { DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isConflict } from '../../sql-state.js';
import { feedKeys, type KeyTable } from '../keys/key-tables.js';
import type { ReadingThreadOptions } from './reading-thread.js';
import { ReadingThreads } from './reading-threads.js';
import { encodeFile, type EncodedRows, encoderFor, rowEncoders } from '../copy/row-encoder.js';

/** Keys by the order in which names come. */
function keysInMemory() {
  const tables = new Map<KeyTable, Map<string, number>>();
  return (table: KeyTable) => async (names: readonly string[]) => {
    const known = tables.get(table) ?? new Map<string, number>();
    tables.set(table, known);
    for (const name of names) if (!known.has(name)) known.set(name, known.size + 1);
    return names.map((name) => known.get(name) as number);
  };
}

const ARRIVAL = '01890000-0000-7000-8000-000000000007';

interface Outcome {
  /** Digest of all bytes, which are compared faster so. */
  readonly bytes: string;
  readonly rows: number;
  readonly rejects: readonly Reject[];
  /** What was read, or why the file is refused. */
  readonly ended: object;
}

const CONTENT = { contentId: 7, keptFromMs: undefined };

let folder: string;
let threads: ReadingThreads;
const lookUp = keysInMemory();
const newThreads = (keys: ReadingThreadOptions['lookUp']) =>
  new ReadingThreads({
    tasks: folder,
    lookUp: keys,
    starter: new URL('../../../../testing/src/thread-from-source.mjs', import.meta.url),
  });
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-threads-'));
  threads = newThreads(lookUp);
});
afterAll(async () => {
  await threads.stop();
  await rm(folder, { recursive: true });
});

async function outcomeOf(
  read: (sinks: {
    write: (rows: EncodedRows) => Promise<void>;
    reject: (reject: Reject) => Promise<void>;
  }) => Promise<StreamedFile>,
): Promise<Outcome> {
  const written = createHash('sha256');
  const rejects: Reject[] = [];
  let rows = 0;
  const ended = await read({
    write: async (encoded) => {
      written.update(encoded.bytes);
      rows += encoded.rows;
    },
    reject: async (reject) => void rejects.push(reject),
  }).catch((error: unknown) => {
    if (!(error instanceof FileRefusedError)) throw error;
    const { name, code, message, offset, line, pointer } = error;
    return { name, code, message, offset, line, pointer };
  });
  return { bytes: written.digest('hex'), rows, rejects, ended };
}

const here = (document: Buffer) => {
  const encoder = encoderFor(objectsDetection.target, rowEncoders(feedKeys(lookUp)), {
    fileId: ARRIVAL,
    contentId: CONTENT.contentId,
  });
  return outcomeOf(({ write, reject }) =>
    encodeFile(
      (writeRows) =>
        streamRecords(
          chunksOf(document),
          objectsDetection,
          { write: writeRows, reject, passed: () => undefined },
          new AbortController().signal,
        ),
      encoder,
      write,
    ),
  );
};

async function* chunksOf(document: Buffer) {
  for (let at = 0; at < document.length; at += 1_000) yield document.subarray(at, at + 1_000);
}

async function inThread(document: Buffer, reader = threads): Promise<Outcome> {
  const path = join(folder, 'document.json');
  await writeFile(path, document);
  const handle = await open(path);
  try {
    return await outcomeOf(({ write, reject }) =>
      reader.read(
        {
          descriptor: handle.fd,
          feed: objectsDetection.id,
          file: ARRIVAL,
          signal: new AbortController().signal,
          begin: () => ({ reject, passed: () => undefined }),
        },
        CONTENT,
        write,
      ),
    );
  } finally {
    await handle.close();
  }
}

const good = fc.record({
  vehicle_id: fc.oneof(fc.constantFrom('a', 'b'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 })),
  detection_time: fc
    .date({ noInvalidDate: true, min: new Date('1990-01-01'), max: new Date('2100-01-01') })
    .map((at) => at.toISOString()),
  detections: fc.array(fc.record({ object_type: fc.constantFrom('cars', 'signs'), object_value: fc.integer() }), {
    maxLength: 3,
  }),
});
const bad = fc.constantFrom<unknown>(
  1,
  {},
  { vehicle_id: '' },
  { vehicle_id: 'a', detection_time: 'now', detections: [] },
);
const documentBytes = fc
  .record({
    records: fc.array(fc.oneof({ weight: 20, arbitrary: good }, { weight: 1, arbitrary: bad }), { maxLength: 40 }),
    repeated: fc.constantFrom(1, 3, 100),
    indent: fc.constantFrom(0, 1),
    cutAt: fc.option(fc.nat(), { freq: 5 }),
  })
  .map(({ records, repeated, indent, cutAt }) => {
    const events = Array.from({ length: repeated }, () => records).flat();
    const bytes = Buffer.from(JSON.stringify({ objects_detection_events: events }, null, indent));
    return cutAt === null ? bytes : bytes.subarray(0, cutAt % bytes.length);
  });

describe('reading in a thread', () => {
  it('gives the same rows, rejects, counts and refusals as reading here', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(documentBytes, async (document) => {
        expect(await inThread(document)).toEqual(await here(document));
      }),
      { numRuns: 60 },
    );
  });

  const large = Buffer.from(
    JSON.stringify({
      objects_detection_events: Array.from({ length: 20_000 }, (_, index) => ({
        ...{ vehicle_id: 'a', detection_time: new Date(index).toISOString() },
        detections: [{ object_type: 'cars', object_value: index }],
      })),
    }),
  );

  it('of several files at once keeps them apart', { timeout: 60_000 }, async () => {
    const path = join(folder, 'large.json');
    await writeFile(path, large);
    const expected = await here(large);
    const handle = await open(path);
    const signal = new AbortController().signal;
    const outcomes = await Promise.all(
      [1, 2, 3].map(() =>
        outcomeOf(({ write, reject }) =>
          threads.read(
            {
              descriptor: handle.fd,
              feed: objectsDetection.id,
              file: ARRIVAL,
              signal,
              begin: () => ({ reject, passed: () => undefined }),
            },
            CONTENT,
            write,
          ),
        ),
      ),
    );
    await handle.close();
    expect(outcomes).toEqual([expected, expected, expected]);
  });

  it('gives no more than a few pieces before the first is dealt with', { timeout: 60_000 }, async () => {
    const path = join(folder, 'waiting.json');
    await writeFile(path, Buffer.concat(Array.from({ length: 8 }, () => large)));
    const handle = await open(path);
    const stop = new AbortController();
    let begun = 0;
    const reading = threads.read(
      {
        descriptor: handle.fd,
        feed: objectsDetection.id,
        file: ARRIVAL,
        signal: stop.signal,
        begin: () => ({ reject: async () => undefined, passed: () => undefined }),
      },
      CONTENT,
      async () => {
        begun += 1;
        stop.abort(new Error('cancelled'));
        await new Promise((resolve) => setImmediate(resolve));
      },
    );
    await expect(reading).rejects.toThrow('cancelled');
    expect(begun).toBe(1);
    await handle.close();
  });

  it('fails with what dealing with a piece failed with, once the thread has stopped', { timeout: 60_000 }, async () => {
    const path = join(folder, 'refused.json');
    await writeFile(path, large);
    const handle = await open(path);
    const reading = threads.read(
      {
        descriptor: handle.fd,
        feed: objectsDetection.id,
        file: ARRIVAL,
        signal: new AbortController().signal,
        begin: () => ({ reject: async () => undefined, passed: () => undefined }),
      },
      CONTENT,
      async () => Promise.reject(new Error('no more')),
    );
    await expect(reading).rejects.toThrow('no more');
    await handle.close();
    expect((await inThread(large)).rows).toBe(20_000);
  });

  it('fails with what PostgreSQL said when it was asked for keys, by which its load is tried again', async () => {
    const deadlock = Object.assign(new DatabaseError('deadlock detected', 99, 'error'), { code: '40P01' });
    const failing = newThreads(() => () => Promise.reject(deadlock));
    const error: unknown = await inThread(large, failing).catch((thrown: unknown) => thrown);
    await failing.stop();
    expect(error).toMatchObject({ message: 'deadlock detected', code: '40P01' });
    expect(isConflict(error)).toBe(true);
  });
});
