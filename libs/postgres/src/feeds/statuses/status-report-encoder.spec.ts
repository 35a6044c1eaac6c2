import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BinaryRows } from '../copy/binary-rows.js';
import { compare, distinct, keyOf, newest, type Row, rowOf, rowsIn } from './encoded-reports.contract.js';
import type { EncodedRows } from '../copy/row-encoder.js';
import { StatusReportEncoder } from './status-report-encoder.js';
import { SurrogateKeys } from '../keys/surrogate-keys.js';

const CONTENT = 7;

const report = fc.record({
  vehicleId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  // Around the places where the halves of a time carry, and change their sign.
  reportTime: fc.constantFrom(
    ...['1999-12-31 23:59:59.999999+00:00', '2000-01-01 00:00:00+00:00', '2000-01-01 00:35:47.483648+00:00'],
    ...['2000-01-01 01:11:34.967295+00:00', '2000-01-01 01:11:34.967296+00:00', '2022-06-05 21:02:34.5+00:00'],
  ),
  status: fc.constantFrom('driving', 'parking', '\u{ffff}', '\u{1f697}'),
});
const pieces = fc.array(fc.array(report, { minLength: 1, maxLength: 6 }), { maxLength: 12 });

describe('the encoder of status reports', () => {
  it('gives each report of a batch once and in key order, and the newest of each vehicle', async () => {
    await fc.assert(
      fc.asyncProperty(
        pieces,
        fc.record({ batchRows: fc.integer({ min: 1, max: 20 }), vehicles: fc.integer({ min: 1, max: 6 }) }),
        fc.constantFrom(1, 2 ** 45),
        fc.boolean(),
        async (file, { batchRows, vehicles }, spread, late) => {
          const lookUp = async (names: readonly string[]) => {
            if (late) await new Promise((resolve) => setImmediate(resolve));
            return names.map((name) => keyOf(name, spread));
          };
          const keys = { vehicles: new SurrogateKeys(lookUp) };
          const bounds = { batchRows, batchBytes: 1_000, vehicles, statuses: 3, characters: 1_000 };
          const encoder = new StatusReportEncoder(keys, new BinaryRows(), CONTENT, bounds);
          const given: EncodedRows[] = [];
          for (const piece of file) given.push(...(await encoder.encode(piece)));
          given.push(...(await encoder.end()));

          const all = file.flat().map((one) => rowOf(one, spread));
          const batches = given.map(({ bytes }) => rowsIn(bytes, CONTENT));
          for (const [index, rows] of batches.entries()) {
            expect(rows).toEqual([...rows].sort(compare));
            expect(rows.some((row, at) => at > 0 && compare(rows[at - 1] as Row, row) === 0)).toBe(false);
            expect(given[index]?.rows).toBe(rows.length);
            const hours = new Set(rows.map(({ time }) => Number(time / 3_600_000_000n) - (time < 0n ? 1 : 0)));
            expect(new Set(given[index]?.hours)).toEqual(hours);
          }
          expect(distinct(batches.flat())).toEqual(distinct(all));
          const candidates = given.flatMap(({ latest }) => rowsIn(latest, CONTENT));
          expect(newest(candidates)).toEqual(newest(all));
          // One dictionary's go in key order, as many at a time as reports.
          const isOne =
            new Set(all.map(({ key }) => key)).size < vehicles &&
            new Set(all.map(({ status }) => status)).size < bounds.statuses;
          if (isOne) expect(candidates).toEqual(newest(all));
          expect(Math.max(0, ...given.map(({ latest }) => rowsIn(latest, CONTENT).length))).toBeLessThanOrEqual(
            batchRows,
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('begins another batch where it has as many as it keeps', async () => {
    const keys = { vehicles: new SurrogateKeys(async (names) => names.map(() => 1)) };
    const bounds = { batchRows: 2, batchBytes: 1_000, vehicles: 10, statuses: 10, characters: 10 };
    const encoder = new StatusReportEncoder(keys, new BinaryRows(), CONTENT, bounds);
    const at = (second: number) => `2022-06-05 00:00:0${String(second)}+00:00`;
    const of = (second: number) => [{ vehicleId: 'a', reportTime: at(second), status: 's' }];
    const given = [];
    for (const second of [1, 2, 3, 4, 5]) given.push(...(await encoder.encode(of(second))));
    expect(given.length).toBeGreaterThan(0);
    given.push(...(await encoder.end()));
    expect(given.map(({ rows, latest }) => [rows, latest !== undefined])).toEqual([
      [2, false],
      [2, false],
      [1, true],
    ]);
  });

  it('gives no more bytes together than it keeps, of reports and of the newest', async () => {
    const keys = { vehicles: new SurrogateKeys(async (names) => names.map(Number)) };
    const bounds = { batchRows: 100, batchBytes: 1_000, vehicles: 100, statuses: 10, characters: 10_000 };
    const encoder = new StatusReportEncoder(keys, new BinaryRows(), CONTENT, bounds);
    const given = [];
    for (const vehicleId of ['1', '2', '3', '4', '5']) {
      const report = { vehicleId, reportTime: '2022-06-05 00:00:00+00:00', status: 's'.repeat(458) };
      given.push(...(await encoder.encode([report])));
    }
    given.push(...(await encoder.end()));
    expect(given.map(({ bytes, latest }) => [bytes.length, latest?.length ?? 0])).toEqual([
      [1_000, 0],
      [1_000, 0],
      [500, 1_000],
      [0, 1_000],
      [0, 500],
    ]);
  });

  it.each([
    ['vehicles', { vehicles: 2 }, ['a', 'b', 'c'], ['s', 's', 's']],
    ['statuses', { statuses: 2 }, ['a', 'a', 'a'], ['s', 't', 'u']],
    ['characters', { characters: 7 }, ['a', 'a', 'a'], ['long', 'longer', 's']],
  ])('begins another dictionary where it has as many %s as it keeps', async (_, bound, vehicles, words) => {
    const keys = { vehicles: new SurrogateKeys(async (names) => names.map(() => 1)) };
    const bounds = { batchRows: 100, batchBytes: 10_000, vehicles: 100, statuses: 100, characters: 100, ...bound };
    const encoder = new StatusReportEncoder(keys, new BinaryRows(), CONTENT, bounds);
    const given = [];
    for (const [at, vehicleId] of vehicles.entries()) {
      given.push(
        ...(await encoder.encode([
          { vehicleId, reportTime: '2022-06-05 00:00:00+00:00', status: words[at] as string },
        ])),
      );
    }
    given.push(...(await encoder.end()));
    expect(given.map(({ rows, latest }) => [rows, latest !== undefined])).toEqual([
      [2, true],
      [1, true],
    ]);
  });

  it('makes rows where those lay that were given back', async () => {
    const keys = { vehicles: new SurrogateKeys(async (names) => names.map(() => 1)) };
    const out = new BinaryRows();
    const encoder = new StatusReportEncoder(keys, out, CONTENT, {
      batchRows: 400,
      batchBytes: 1_000_000,
      vehicles: 10,
      statuses: 10,
      characters: 100,
    });
    const reports = (hour: number) =>
      Array.from({ length: 400 }, (_, at) => {
        const reportTime = `2022-06-05 ${String(hour)}:00:00.${String(at).padStart(6, '0')}+00:00`;
        return { vehicleId: 'a', reportTime, status: 'driving' };
      });
    const given: EncodedRows[] = [];
    for (const hour of [10, 11, 12]) given.push(...(await encoder.encode(reports(hour))));
    const [first] = given;
    expect(first?.isReturnable).toBe(true);
    const memory = first?.bytes.buffer as ArrayBuffer;
    out.reuse(memory);
    given.push(...(await encoder.encode(reports(13))), ...(await encoder.end()));
    expect(given.slice(1).some(({ bytes }) => bytes.buffer === memory)).toBe(true);
    expect(given.slice(1).map(({ rows }) => rows)).toEqual([400, 400, 400, 0]);
  });

  it('fails with what the keys of vehicles fail with, and not before they are needed', async () => {
    const keys = { vehicles: new SurrogateKeys(async () => Promise.reject(new Error('no keys'))) };
    const encoder = new StatusReportEncoder(keys, new BinaryRows(), CONTENT);
    expect([
      ...(await encoder.encode([{ vehicleId: 'a', reportTime: '2022-06-05 00:00:00+00:00', status: 's' }])),
    ]).toEqual([]);
    await expect(encoder.end()).rejects.toThrow('no keys');
  });
});
