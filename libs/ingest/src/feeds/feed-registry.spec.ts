import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FeedRegistry, SHIPPED_FEEDS } from './feed-registry.js';
import { defineFeed } from './feed.js';
import { fileNamePattern, isTakeable } from './file-name-pattern.js';

const statusFeed = (id: string, fileName: string) =>
  defineFeed({
    id,
    fileName,
    records: '',
    record: z.object({ vehicle: z.string(), at: z.string(), status: z.string() }),
    target: 'vehicle_status',
    toRow: ({ vehicle, at, status }) => ({ vehicleId: vehicle, reportTime: at, status }),
  });

describe('FeedRegistry', () => {
  it('knows the shipped feeds and those that user modules export, among other values', () => {
    const mine = statusFeed('my-status', 'my_status_[timestamp].json');
    const registry = FeedRegistry.withUserExports([mine, 'text', undefined, { id: 'no-feed' }]);
    expect(registry.list().map(({ id }) => id)).toEqual([
      'objects-detection',
      'vehicles-status',
      'drivers',
      'my-status',
    ]);
    expect(registry.match('my_status_2022.json')).toBe(mine);
  });

  it('refuses two feeds of one id, but takes one feed that is exported twice', () => {
    const mine = statusFeed('my-status', 'my_status_[timestamp].json');
    expect(FeedRegistry.withUserExports([mine, mine]).list()).toHaveLength(4);
    expect(() => FeedRegistry.withUserExports([mine, statusFeed('my-status', 'x.json')])).toThrow(
      expect.objectContaining({ code: 'MR_FEED_TWICE' }),
    );
  });

  it('refuses two feeds that take the same names, and a name where just two patterns meet', () => {
    const two = (one: string, other: string) =>
      FeedRegistry.withUserExports([statusFeed('all-status', one), statusFeed('other', other)]);
    expect(() => two('vehicles_[timestamp].json', 'vehicles_[timestamp].json')).toThrow(/all-status and other/);
    expect(() => two('vehicles_[timestamp].json', 'vehicles_1[timestamp].json')).toThrow(/all-status and other/);
    const meeting = two('a_[timestamp]_b.json', 'a_1_[timestamp].json');
    expect(() => meeting.match('a_1_2_b.json')).toThrow(/all-status and other/);
  });

  it.each([
    ['objects_detection_20220605_211200.json', 'objects-detection'],
    ['objects_detection_2022-06-05T21:12:00.5+02:00.json', 'objects-detection'],
    ['vehicles_status_1654463520.json', 'vehicles-status'],
    ['vehicles_status_1654463520.json.gz', 'vehicles-status'],
    ['vehicles_status_1654463520.json.zst', 'vehicles-status'],
    ['vehicles_status_1654463520.json.zst.gz', undefined],
    ['vehicles_status_1654463520.jsonxzst', undefined],
    ['vehicles_status_.json', undefined],
    ['vehicles_status_20220509.json.bak', undefined],
    ['old_vehicles_status_20220509.json', undefined],
    ['vehicles_status_20220509xjson', undefined],
  ])('gives %s to %s', (name, feed) => {
    expect(new FeedRegistry(SHIPPED_FEEDS).match(name)?.id).toBe(feed);
  });
});

describe('fileNamePattern', () => {
  it('takes every character but [timestamp] literally', () => {
    const name = fc
      .string()
      .filter((text) => text !== '' && !text.includes('/') && !text.includes('[timestamp]') && isTakeable(text));
    fc.assert(
      fc.property(name, fc.string(), (pattern, other) => {
        expect(fileNamePattern(pattern).test(pattern)).toBe(true);
        expect(fileNamePattern(pattern).test(other)).toBe(pattern === other);
      }),
    );
  });

  it.each(['.hidden.json', 'a.part', 'a.TMP', 'a.csv.done', '', 'a/b.json'])('refuses the pattern "%s"', (pattern) => {
    expect(() => fileNamePattern(pattern)).toThrow(TypeError);
  });
});
