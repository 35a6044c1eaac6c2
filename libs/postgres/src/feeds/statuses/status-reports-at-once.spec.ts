import type { StatusReport, StreamedFile } from '@millrace/ingest';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BinaryRows } from '../copy/binary-rows.js';
import { compare, distinct, keyOf, newest, type Row, rowOf, rowsIn } from './encoded-reports.contract.js';
import { buffersOf, encodeFile, type EncodedRows } from '../copy/row-encoder.js';
import { StatusReportEncoder } from './status-report-encoder.js';
import { SurrogateKeys } from '../keys/surrogate-keys.js';

const FILE: StreamedFile = {
  sha256: Buffer.alloc(0),
  size: 0,
  records: 0,
  rejected: 0,
  expired: 0,
  naive: 0,
  extra: 0,
};
const ROW_BYTES = 42;
/** Rows of some of these are no longer copied, so that their memory is moved and comes back. */
const LONG = 'x'.repeat(9_000);

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

const report = fc.record({
  vehicleId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '\u{1f697}'),
  reportTime: fc.integer({ min: 0, max: 5 }).map((hour) => `2022-06-05 0${String(hour)}:00:00+00:00`),
  status: fc.constantFrom('s', 't', '\u00fc\u{1f697}', LONG),
});

interface SomeFile {
  readonly pieces: readonly (readonly StatusReport[])[];
  /** Whoever takes its rows fails with this piece. */
  readonly failsWith: number;
}
const someFile: fc.Arbitrary<SomeFile> = fc.record({
  pieces: fc.array(fc.array(report, { minLength: 1, maxLength: 6 }), { maxLength: 12 }),
  failsWith: fc.oneof({ weight: 4, arbitrary: fc.constant(Infinity) }, fc.nat(3)),
});

const bounds = fc.record({
  batchRows: fc.integer({ min: 1, max: 20 }),
  batchBytes: fc.constantFrom(1, 100, 30_000, 1_000_000),
  vehicles: fc.integer({ min: 1, max: 8 }),
  statuses: fc.integer({ min: 1, max: 5 }),
  characters: fc.constantFrom(1, 4, 20_000),
});

const most = fc.record({ names: fc.integer({ min: 1, max: 8 }), characters: fc.integer({ min: 1, max: 9 }) });

/** The other side of a thread: what it is given is its own, and goes back some pieces later, written over. */
class OtherSide {
  readonly batches: Row[][] = [];
  readonly latest: Row[][] = [];
  private readonly window: EncodedRows[] = [];

  constructor(
    private readonly out: BinaryRows,
    private readonly contentId: number,
    private readonly places: number,
  ) {}

  take(encoded: EncodedRows): void {
    this.window.push(structuredClone(encoded, { transfer: buffersOf(encoded) }));
    if (this.window.length > this.places) this.takeFirst();
  }

  end(): void {
    while (this.window.length > 0) this.takeFirst();
  }

  private takeFirst(): void {
    const encoded = this.window.shift() as EncodedRows;
    const rows = rowsIn(encoded.bytes, this.contentId);
    expect(encoded.rows).toBe(rows.length);
    this.batches.push(rows);
    this.latest.push(rowsIn(encoded.latest, this.contentId));
    if (encoded.isReturnable !== true) return;
    for (const memory of buffersOf(encoded)) {
      new Uint8Array(memory).fill(0xff);
      this.out.reuse(memory);
    }
  }
}

it(
  'files of status reports that are read at once by one thread give each their own rows, whatever the bounds',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(someFile, { minLength: 1, maxLength: 4 }),
        bounds,
        most,
        fc.nat(3),
        async (files, given, known, places) => {
          const out = new BinaryRows();
          const lookUp = async (names: readonly string[]) => {
            await turn();
            return names.map((name) => keyOf(name, 1));
          };
          const keys = { vehicles: new SurrogateKeys(lookUp, known) };
          const read = async ({ pieces, failsWith }: SomeFile, contentId: number) => {
            const other = new OtherSide(out, contentId, places);
            let piece = 0;
            const reading = encodeFile(
              async (write) => {
                for (const reports of pieces) {
                  await turn();
                  await write(reports);
                }
                return FILE;
              },
              new StatusReportEncoder(keys, out, contentId, given),
              async (encoded) => {
                if (piece === failsWith) throw new Error('no more');
                piece += 1;
                other.take(encoded);
                await turn();
              },
            );
            const isWhole = await reading.then(
              () => true,
              (error: unknown) => {
                expect(error).toMatchObject({ message: 'no more' });
                return false;
              },
            );
            other.end();
            return { other, isWhole };
          };
          const outcomes = await Promise.all(files.map((file, index) => read(file, index + 1)));

          for (const [index, { other, isWhole }] of outcomes.entries()) {
            const all = (files[index] as SomeFile).pieces.flat().map((one) => rowOf(one, 1));
            for (const rows of other.batches) expect(distinct(rows)).toEqual(rows);
            for (const rows of other.latest) {
              expect(rows.length).toBeLessThanOrEqual(given.batchRows);
              const butLast = rows
                .slice(0, -1)
                .reduce((sum, { status }) => sum + ROW_BYTES + Buffer.byteLength(status), 0);
              expect(rows.length === 1 || butLast < given.batchBytes).toBe(true);
            }
            const [reports, candidates] = [other.batches.flat(), other.latest.flat()];
            if (isWhole) {
              expect(distinct(reports)).toEqual(distinct(all));
              expect(newest(candidates)).toEqual(newest(all));
            } else {
              for (const row of [...reports, ...candidates])
                expect(all.some((one) => compare(one, row) === 0)).toBe(true);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  },
);
