import { gzipSync } from 'node:zlib';
import { vehiclesStatus } from '@millrace/ingest';
import { zstdFrame } from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileQueries } from '../file-queries.js';
import { LoadingRig, type DroppedFile } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const GOOD = '{"vehicle_id": "v", "report_time": "2022-05-01T00:00:00Z", "status": "driving"},';
const NAME = 'vehicles_status_1.json';

/** A document with these bytes at a fault that has much before and behind it. */
function documentWith(...fault: number[]) {
  const before = Buffer.from(`{"vehicle_status": [${GOOD.repeat(50)}`);
  const content = Buffer.concat([before, Buffer.from(fault), Buffer.from(GOOD.repeat(50))]);
  return { content, at: before.length };
}

/** A file as its page shows it. */
const fileOf = ({ id }: DroppedFile) => new FileQueries(rig.database).read(id);

/** A file that is refused. */
async function refused(name: string, content: string | Uint8Array) {
  const dropped = await rig.drop(name, content);
  await expect(rig.load(dropped)).rejects.toMatchObject({
    name: expect.stringMatching(/FileRefused|EarlyEnd/) as string,
  });
  return fileOf(dropped);
}

const excerptOf = (content: Buffer, from: number, to: number) => ({
  ...{ offset: from, raw: content.subarray(from, to).toString('base64'), text: content.toString('utf8', from, to) },
});

describe('a refused file shows the bytes around its fault', () => {
  const { content, at } = documentWith(0x7d);
  const excerpt = excerptOf(content, at - 256, at + 256);

  it('in the middle of it, 256 on either side', async () => {
    const file = await refused(NAME, content);
    expect(file).toMatchObject({ state: 'quarantined', reason: { code: 'MR_JSON_SYNTAX', offset: at }, excerpt });
    expect(file?.reason).not.toHaveProperty('unpacked');
  });

  it.each([
    ['gzip', `${NAME}.gz`, gzipSync(content)],
    ['zstd', `${NAME}.zst`, zstdFrame(content)],
  ])('as they are unpacked from %s', async (_, name, packed) => {
    const file = await refused(name, packed);
    expect(file).toMatchObject({ reason: { offset: at, unpacked: true }, excerpt });
  });

  it('at its start', async () => {
    const file = await refused(NAME, 'once upon a time');
    expect(file?.excerpt).toEqual({
      offset: 0,
      raw: Buffer.from('once upon a time').toString('base64'),
      text: 'once upon a time',
    });
  });

  it('at its end, where it breaks off', async () => {
    const broken = Buffer.from(content.subarray(0, at));
    const file = await refused(NAME, broken);
    expect(file).toMatchObject({
      ...{ reason: { code: 'MR_FILE_TRUNCATED', offset: at }, excerpt: excerptOf(broken, at - 256, at) },
    });
  });

  it('whatever bytes these are', async () => {
    const binary = documentWith(0xff, 0, 0x1b);
    const file = await refused(NAME, binary.content);
    const fault = file?.reason?.offset ?? 0;
    expect(file?.excerpt?.raw).toBe(excerptOf(binary.content, fault - 256, fault + 256).raw);
    expect(file?.excerpt?.text).toContain('\ufffd\u0000\u001b');
  });

  it.each([0, 1, 2])('without parts of characters at either end: %i bytes further', async (shift) => {
    const text = `"${'x'.repeat(shift)}${'日'.repeat(100)}"!${'本'.repeat(100)}`;
    const file = await refused(NAME, `{"a": ${text}}`);
    expect(file?.excerpt?.text).toMatch(/^日+"!本+$/);
  });

  it('but for a packed one that ends early: nobody can say which those are', async () => {
    const file = await refused(`${NAME}.gz`, gzipSync(content.subarray(0, at)).subarray(0, -12));
    expect(file).toMatchObject({ reason: { code: 'MR_FILE_TRUNCATED' }, excerpt: null });
    expect(file?.reason).not.toHaveProperty('unpacked');
  });

  it('until it is loaded after all', async () => {
    const document = `{"vehicle_status": [${GOOD}${GOOD.slice(0, -1).replace('driving', '')}]}`;
    const strict = { ...vehiclesStatus, rejects: { ...vehiclesStatus.rejects, rejectFile: true } };
    const dropped = await rig.drop(NAME, document);
    await expect(rig.load(dropped, rig.loaderOf([strict]))).rejects.toMatchObject({ code: 'MR_RECORD_INVALID' });
    const offset = document.lastIndexOf('{');
    expect(await fileOf(dropped)).toMatchObject({ reason: { offset }, excerpt: { text: document } });
    await rig.reload(await rig.runAgain(dropped));
    expect(await fileOf(dropped)).toMatchObject({ state: 'loaded', excerpt: null });
  });
});
