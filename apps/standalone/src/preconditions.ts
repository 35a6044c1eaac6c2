import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { StandaloneError } from './standalone.errors.js';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'it is a file',
};

/** Creates the folder when it is missing. @throws StandaloneError MR_FOLDER_UNUSABLE, naming the variable to change */
export async function requireFolder(folder: string, variable: string, mode = constants.W_OK): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, mode | constants.X_OK);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new StandaloneError(
      'MR_FOLDER_UNUSABLE',
      `The folder ${folder} cannot be used: ${REASONS[code] ?? message}. Set ${variable} to one that this user may write.`,
      { cause: error },
    );
  }
}

/** @throws StandaloneError MR_ADDRESS_UNUSABLE when the API could not listen there */
export async function requireFreeAddress(host: string, port: number): Promise<void> {
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const probe = createServer();
    probe.once('error', resolve);
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
  if (failure === undefined) return;
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} of ${host} is taken by another program. Stop that, or set PORT to a free one.`,
    EACCES: `Port ${port} needs more rights than this user has. Set PORT to one above 1023.`,
    EADDRNOTAVAIL: `HOST ${host} is no address of this machine. Set HOST to one that is, as 127.0.0.1 or 0.0.0.0.`,
    ENOTFOUND: `HOST ${host} is not known. Set HOST to an address of this machine, as 127.0.0.1 or 0.0.0.0.`,
  };
  throw new StandaloneError(
    'MR_ADDRESS_UNUSABLE',
    sentences[failure.code ?? ''] ?? `The API cannot listen on ${host}:${port}: ${failure.message}. Set HOST or PORT.`,
    { cause: failure },
  );
}
