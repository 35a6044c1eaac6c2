import { cutBytes, throughChunks } from '@millrace/testing';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gunzipChunks } from './gunzip-chunks.js';

const unpack = (packed: Buffer, sizes?: readonly number[]) => throughChunks(gunzipChunks, packed, sizes);

describe('a file packed by gzip', () => {
  it('gives its bytes, wherever they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 5_000 }),
        fc.array(fc.integer({ min: 1, max: 300 })),
        async (bytes, sizes) => {
          expect(await unpack(gzipSync(bytes), sizes)).toEqual(Buffer.from(bytes));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('of several members gives them all', async () => {
    expect((await unpack(Buffer.concat([gzipSync('one '), gzipSync('two')]))).toString()).toBe('one two');
  });

  it('that breaks off may still be being written', async () => {
    await expect(unpack(gzipSync('x'.repeat(1_000)).subarray(0, -5))).rejects.toMatchObject({
      code: 'MR_FILE_TRUNCATED',
    });
  });

  it('that is none, or is damaged, is refused', async () => {
    await expect(unpack(Buffer.from('{"vehicle_status": []}'))).rejects.toMatchObject({ code: 'MR_GZIP_INVALID' });
    const damaged = gzipSync(Buffer.from(Array.from({ length: 4_000 }, (_, n) => (n * n) % 251)));
    damaged.writeUInt32LE(7, damaged.length - 8);
    await expect(unpack(damaged)).rejects.toMatchObject({ code: 'MR_GZIP_INVALID' });
  });

  it('that expands as no data does is refused before it has filled anything', { timeout: 30_000 }, async () => {
    const packed = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    let bytes = 0;
    const reading = (async () => {
      for await (const chunk of gunzipChunks(cutBytes(packed))) bytes += chunk.length;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'MR_FILE_EXPANDS_TOO_FAR' });
    expect(bytes).toBeLessThan(66 * 1024 * 1024);
  });
});
