import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** `apps/console/dist` of the checkout or image: three folders up from here, in the sources and in the build alike. */
const BUILT = new URL('../../../console/dist/', import.meta.url);

/** The scripts of each page in the order in which they run, by address: `:id` stands for any one step of it. */
const PageScripts = z.record(z.string(), z.array(z.string()));

/** The console as its build left it. */
export interface BuiltConsole {
  /** The document at every address of the page. */
  readonly page: Buffer;
  readonly scripts: z.infer<typeof PageScripts>;
  /** Folder of scripts, styles and fonts, named by their content. */
  readonly assets: string;
}

/** Undefined where it was not built. */
export async function findBuiltConsole(folder = BUILT): Promise<BuiltConsole | undefined> {
  try {
    const [page, scripts] = await Promise.all([
      readFile(new URL('index.html', folder)),
      readFile(new URL('pages.json', folder), 'utf8'),
    ]);
    return {
      page,
      scripts: PageScripts.parse(JSON.parse(scripts)),
      assets: fileURLToPath(new URL('assets/', folder)),
    };
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}
