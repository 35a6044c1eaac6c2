import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireFolder, requireFreeAddress } from './preconditions.js';

describe('preconditions', () => {
  it('creates a missing folder, and refuses a file in its place in one sentence that names the variable', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-preconditions-'));
    await requireFolder(join(folder, 'new/deep'), 'INBOX_DIR');
    await requireFolder(join(folder, 'new/deep'), 'INBOX_DIR');
    await writeFile(join(folder, 'file'), '');
    await expect(requireFolder(join(folder, 'file'), 'INBOX_DIR')).rejects.toMatchObject({
      code: 'MR_FOLDER_UNUSABLE',
      message: expect.stringMatching(/^The folder .*\/file cannot be used: it is a file\. Set INBOX_DIR .*$/) as string,
    });
    await rm(folder, { recursive: true });
  });

  it('says that a port is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    await expect(requireFreeAddress('127.0.0.1', port)).rejects.toMatchObject({
      code: 'MR_ADDRESS_UNUSABLE',
      message: `Port ${port} of 127.0.0.1 is taken by another program. Stop that, or set PORT to a free one.`,
    });
    squatter.close();
    await once(squatter, 'close');
    await requireFreeAddress('127.0.0.1', port);
  });

  it('says that an address is not one of this machine', async () => {
    await expect(requireFreeAddress('203.0.113.7', 3000)).rejects.toThrow('HOST 203.0.113.7 is no address');
  });
});
