import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** `apps/console/dist` of the checkout or image: three folders up from here, in the sources and in the build alike. */
const BUILT = new URL('../../../console/dist/', import.meta.url);

/** The console as its build left it. */
export interface BuiltConsole {
  /** The document at every address of the page. */
  readonly page: Buffer;
  /** Folder of scripts, styles and fonts, named by their content. */
  readonly assets: string;
}

/** Undefined where it was not built. */
export async function findBuiltConsole(folder = BUILT): Promise<BuiltConsole | undefined> {
  try {
    return { page: await readFile(new URL('index.html', folder)), assets: fileURLToPath(new URL('assets/', folder)) };
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}
