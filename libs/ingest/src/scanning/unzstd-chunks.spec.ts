import { cutBytes, throughChunks, zstdFrame, zstdRun, zstdSkippable } from '@millrace/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unzstdChunks } from './unzstd-chunks.js';

const TEXT = `[${Array.from({ length: 30_000 }, (_, n) => `{"vehicle":"v${String(n % 7)}","value":${String(n % 13)}}`).join(',\n')}]`;
/** `zstd -19` of that text, with its check sum, by zstd 1.5.4. */
const PACKED = Buffer.from(
  [
    'KLUv/QRoTAUAAokXFKCrA1OpiIi0Kty0RMotE1rco9UKd3sql2ep3PN3S+XyLJXf82epXJ6lut/zLJXLs/S6X56lcnnWssQgnKVy6bYsMQi8M0',
    'upym6B4GGBkoY5jgLEowIlDLIoyZFjBGOoIcze/w6wlVSzBhJ4FEFCgIAECMHn7//fAfP1DGrxKlhm50kvp26ac+VETp5pj3HctdhUbslNZHv8',
    'mbjXLr16aVCs+3WrAlQAAAABAP3/zv+5BgJEAAAAAQD9/zkAAkQAAAABAP3/OQACRAAAAAEA/f85AAJEAAAAAQD9/zkAAk0AAAhdAQBFbB0AAf',
    'TDfA4=',
  ].join(''),
  'base64',
);
const MIB = 1024 * 1024;

const unpack = (packed: Buffer, sizes?: readonly number[]) => throughChunks(unzstdChunks, packed, sizes);

const chunking = fc.array(fc.integer({ min: 1, max: 300 }));

/** A frame that begins with these bytes behind its magic number. */
const headed = (...bytes: number[]) => Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...bytes]);

describe('a file packed by zstd', () => {
  it('gives the bytes that zstd has packed, wherever they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(chunking, async (sizes) => {
        expect((await unpack(PACKED, sizes)).equals(Buffer.from(TEXT))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('of frames one after the other gives them all, and passes over those that are to be skipped', async () => {
    const frame = fc.record({ content: fc.uint8Array({ maxLength: 500 }), skipped: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(frame), chunking, async (frames, sizes) => {
        const packed = frames.map(({ content, skipped }) => (skipped ? zstdSkippable(content) : zstdFrame(content)));
        const kept = frames.filter(({ skipped }) => !skipped).map(({ content }) => content);
        expect(await unpack(Buffer.concat(packed), sizes)).toEqual(Buffer.concat(kept));
      }),
      { numRuns: 100 },
    );
  });

  it('that breaks off, at whatever byte, may still be being written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: PACKED.length - 1 }), async (length) => {
        await expect(unpack(PACKED.subarray(0, length))).rejects.toMatchObject({ code: 'MR_FILE_TRUNCATED' });
      }),
      { numRuns: 50 },
    );
  });

  it('is refused whatever bit of it is wrong, or gives the same bytes all the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: PACKED.length * 8 - 1 }), async (bit) => {
        const damaged = Buffer.from(PACKED);
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const outcome = await unpack(damaged).catch((error: unknown) => error);
        if (outcome instanceof Buffer) expect(outcome.equals(Buffer.from(TEXT))).toBe(true);
        else expect((outcome as { code: string }).code).toMatch(/^MR_(ZSTD_INVALID|ZSTD_WINDOW|FILE_TRUNCATED)$/);
      }),
      { numRuns: 200 },
    );
  });

  it.each<[what: string, packed: Buffer, reason: string]>([
    ['is JSON', Buffer.from('{"vehicle_status": []}'), 'no frame'],
    ['has something behind its last frame', Buffer.concat([PACKED, Buffer.from('more')]), 'no frame'],
    ['has another check sum than its bytes', Buffer.concat([PACKED.subarray(0, -1), Buffer.from([1])]), 'check sum'],
    ['needs a dictionary', headed(0x01, 0x38, 0x07, 0x01, 0x00, 0x00), 'dictionary'],
    ['uses a bit that is reserved', headed(0x08, 0x38, 0x01, 0x00, 0x00), 'reserves'],
    ['uses a kind of block that is reserved', headed(0x00, 0x38, 0x07, 0x00, 0x00), 'damaged'],
  ])('that %s is refused', async (_, packed, reason) => {
    await expect(unpack(packed)).rejects.toMatchObject({
      code: 'MR_ZSTD_INVALID',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('may ask for a window of 8 MiB, and for no byte more', async () => {
    expect((await unpack(zstdFrame(Buffer.from('whole'), 23))).toString()).toBe('whole');
    const window = (bytes: number) => ({
      ...{ code: 'MR_ZSTD_WINDOW', message: expect.stringContaining(`${String(bytes)} bytes`) as string },
    });
    await expect(unpack(headed(0x00, (13 << 3) | 1))).rejects.toMatchObject(window(9 * MIB));
    await expect(unpack(zstdFrame(Buffer.from('whole'), 41))).rejects.toMatchObject(window(2 ** 41));
    // Frames of one segment: four and eight bytes say how large it is, behind an id of a dictionary of four in the last.
    await expect(unpack(headed(0xa0, 1, 0, 0x80, 0))).rejects.toMatchObject(window(8 * MIB + 1));
    await expect(unpack(headed(0xe3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0))).rejects.toMatchObject(window(2 ** 32));
    await expect(
      unpack(Buffer.concat([zstdFrame(Buffer.from('a')), zstdFrame(Buffer.from('b'), 24)])),
    ).rejects.toMatchObject(window(16 * MIB));
  });

  it('that expands as no data does is refused before it has filled anything', async () => {
    let bytes = 0;
    const reading = (async () => {
      for await (const chunk of unzstdChunks(cutBytes(zstdRun(0x20, 200 * MIB)))) bytes += chunk.length;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'MR_FILE_EXPANDS_TOO_FAR' });
    expect(bytes).toBeLessThan(66 * MIB);
  });

  it('is read beside others, as many as there are', async () => {
    const packed = Array.from({ length: 8 }, (_, n) => zstdFrame(Buffer.alloc(MIB, n), 23));
    const unpacked = await Promise.all(packed.map((frame) => unpack(frame)));
    expect(unpacked.map((bytes) => bytes.equals(Buffer.alloc(MIB, unpacked.indexOf(bytes))))).toEqual(
      packed.map(() => true),
    );
  });

  it('of which many are read and left gives its memory back', async () => {
    const memory = () => process.memoryUsage().arrayBuffers + process.memoryUsage().external;
    const leave = async (packed: Buffer) => {
      for await (const chunk of unzstdChunks(cutBytes(packed))) if (chunk.length > 0) break;
      await unpack(Buffer.concat([packed, Buffer.from('more')])).catch(() => undefined);
    };
    const packed = zstdFrame(Buffer.alloc(MIB), 23);
    for (let n = 0; n < 5; n += 1) await leave(packed);
    const before = memory();
    for (let n = 0; n < 50; n += 1) await leave(packed);
    // 100 windows of 8 MiB that stayed would be 800.
    expect(memory() - before).toBeLessThan(100 * MIB);
  });
});
