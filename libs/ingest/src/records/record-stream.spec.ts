import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineFeed, type Feed } from '../feeds/feed.js';
import { defineTable } from '../feeds/feed-table.js';
import { integerField } from '../feeds/text-fields.js';
import { FileRefusedError } from '../scanning/document.errors.js';
import { jsonParts } from '../scanning/json-parts.js';
import { streamRecords } from './record-stream.js';

type Format = 'json' | 'ndjson' | 'csv';
type Rejects = NonNullable<Parameters<typeof defineFeed>[0]['rejects']>;

const target = defineTable({ name: 'numbers', columns: { n: 'integer', x: 'text?' } });

function feedOf(format: Format, rejects: Rejects): Feed {
  const n = format === 'csv' ? integerField : z.int();
  const record = z.object({ n, x: z.string().optional() });
  return defineFeed({
    ...{ id: 'numbers', fileName: 'numbers_[timestamp].txt', format, record, target, rejects },
    toRow: ({ n: number, x = null }) => ({ n: number, x }),
  });
}

/** What the file is refused for, and where; undefined when it is not. */
async function refusalOf(chunks: readonly Buffer[], feed: Feed): Promise<unknown> {
  const sinks = { reject: () => Promise.resolve(), passed: () => undefined, write: () => Promise.resolve() };
  // As a reader that reuses its buffer would.
  const reused = async function* () {
    for (const chunk of chunks) {
      const copy = Buffer.from(chunk);
      yield copy;
      copy.fill(0);
    }
  };
  try {
    await streamRecords(reused(), feed, sinks, new AbortController().signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof FileRefusedError)) throw error;
    return { code: error.code, offset: error.offset };
  }
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

const places = fc.array(fc.nat(), { maxLength: 12 });

/** An element of a document: its bytes, what a feed that bears no bad record says of it, and at which of its bytes. */
interface Part {
  readonly text: string;
  /** Refuses the file, whatever the feed bears. */
  readonly ofFile?: { readonly code: string; readonly at: number };
  /** Is set aside by a feed that bears it. */
  readonly ofRecord?: string;
  /** Of a record that is no JSON, its first byte that is wrong. */
  readonly garbledAt?: number;
}

/** 0xff, once the text is written as Latin-1. */
const NO_UTF8 = '\xff';
const PARTS: { readonly [Of in Format]: readonly Part[] } = {
  json: [
    { text: '{"n":1}' },
    { text: '{"n":2,"x":"a]b,c}"}' },
    { text: '{"n":"one"}', ofRecord: 'MR_RECORD_INVALID' },
    { text: '"n"', ofRecord: 'MR_RECORD_INVALID' },
    { text: '{"n":}', ofRecord: 'MR_JSON_SYNTAX', garbledAt: 5 },
    { text: 'nope', ofRecord: 'MR_JSON_SYNTAX', garbledAt: 1 },
    { text: '![1', ofRecord: 'MR_JSON_SYNTAX', garbledAt: 0 },
    // Behind the white space that parts it from the record before stands another record.
    { text: '{"n":3} {"n":4}', ofFile: { code: 'MR_JSON_SYNTAX', at: 8 } },
    { text: `{"x":"${NO_UTF8}"}`, ofFile: { code: 'MR_NOT_UTF8', at: 6 } },
  ],
  ndjson: [
    { text: '{"n":1}' },
    { text: '{"n":"one"}', ofRecord: 'MR_RECORD_INVALID' },
    { text: '![1,2,3]', ofRecord: 'MR_JSON_SYNTAX' },
    { text: `{"x":"${NO_UTF8}"}`, ofFile: { code: 'MR_NOT_UTF8', at: 6 } },
  ],
  csv: [
    { text: '1,a' },
    { text: '2,"a\n""b"""' },
    { text: 'one,a', ofRecord: 'MR_RECORD_INVALID' },
    { text: '1,2,3', ofRecord: 'MR_FIELD_COUNT' },
    { text: '1,a"b', ofRecord: 'MR_QUOTE_MISPLACED' },
    { text: `1,${NO_UTF8}`, ofFile: { code: 'MR_NOT_UTF8', at: 2 } },
  ],
};
const AROUND = {
  json: { before: '[\n', between: ' ,\n', after: '\n]\n' },
  ndjson: { before: '', between: '\n', after: '\n' },
  csv: { before: 'n,x\n', between: '\n', after: '\n' },
} as const;

/** A document of such parts, and where each begins. */
function documentOf(format: Format) {
  const { before, between, after } = AROUND[format];
  return fc.array(fc.constantFrom(...PARTS[format]), { minLength: 1, maxLength: 12 }).map((parts) => {
    let offset = before.length;
    const placed = parts.map((part) => {
      const start = offset;
      offset += part.text.length + between.length;
      return { ...part, start };
    });
    const text = before + parts.map((part) => part.text).join(between) + after;
    return { placed, bytes: Buffer.from(text, 'latin1') };
  });
}

describe.each(['json', 'ndjson', 'csv'] as const)('a file of %s', (format) => {
  it('whose feed bears no bad record is refused for the first fault by its place, however its bytes are cut', async () => {
    const feed = feedOf(format, { rejectFile: true });
    await fc.assert(
      fc.asyncProperty(documentOf(format), places, async ({ placed, bytes }, cuts) => {
        const first = placed.find(({ ofFile, ofRecord }) => ofFile ?? ofRecord);
        const expected = first && {
          code: first.ofFile?.code ?? first.ofRecord,
          offset: first.start + (first.ofFile?.at ?? 0),
        };
        expect(await refusalOf(cut(bytes, cuts), feed)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('whose feed bears bad records is refused for the first fault around them, or what led to it, however its bytes are cut', async () => {
    const feed = feedOf(format, {});
    await fc.assert(
      fc.asyncProperty(documentOf(format), places, async ({ placed, bytes }, cuts) => {
        const at = placed.findIndex(({ ofFile }) => ofFile);
        const refusing = placed[at];
        fc.pre(refusing !== undefined);
        const { code = '', at: within = 0 } = refusing?.ofFile ?? {};
        const garbled = placed.slice(0, at).find(({ garbledAt }) => garbledAt !== undefined);
        const leads = code === 'MR_JSON_SYNTAX' && garbled;
        const offset = leads ? garbled.start + (garbled.garbledAt ?? 0) : (refusing?.start ?? 0) + within;
        expect(await refusalOf(cut(bytes, cuts), feed)).toEqual({ code, offset });
      }),
      { numRuns: 200 },
    );
  });
});

describe('a JSON document that goes wrong', () => {
  const feed = feedOf('json', {});
  const damaged = fc
    .tuple(fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 1 }), fc.nat(), fc.constantFrom(...'!,:[]{}"x1 '))
    .map(([records, at, byte]) => {
      const bytes = Buffer.from(JSON.stringify([{ n: 1 }, ...records, { n: 2 }]));
      bytes[at % bytes.length] = byte.charCodeAt(0);
      return bytes;
    });

  it('is located at the first byte that no JSON has there, however its bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(damaged, places, async (bytes, cuts) => {
        const refusal = await refusalOf(cut(bytes, cuts), feed);
        fc.pre(refusal !== undefined && (refusal as { code: string }).code === 'MR_JSON_SYNTAX');
        const wrong = [...jsonParts(bytes)].find(({ kind }) => kind === 'wrong');
        expect(refusal).toEqual({ code: 'MR_JSON_SYNTAX', offset: wrong?.at });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a byte before a record', '[{"n":1},\n!{"x": "v"}, {"n":1}]', 10],
    ['a byte before a record of several keys', '[{"n":1},!{"x":"v","n":1},{"n":1}]', 9],
    ['a byte before an array, which seems to end its records', '[{"n":1},![1,2,3],{"n":2}]', 9],
    ['a literal that goes wrong', '[trux {"b": 1}]', 4],
    ['a number that goes wrong', '[1, 2x 3]', 5],
    ['a bracket that closes a brace', '[{"n":1]},{"n":2}]', 7],
  ])('is located at %s', async (_, json, offset) => {
    expect(await refusalOf([Buffer.from(json)], feed)).toEqual({ code: 'MR_JSON_SYNTAX', offset });
  });
});
