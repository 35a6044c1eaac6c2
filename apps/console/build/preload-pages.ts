import type { Plugin, Rolldown } from 'vite';

/** What the API reads to name a page's scripts in a header of the document. */
const FILE = 'pages.json';

/**
 * Writes which scripts each page needs, by the address of the page, in the order in which they run: the browser fetches them
 * with the document, and not once its first script has run.
 *
 * @param pages by address, `:id` standing for any one step of it, the module that is imported for it
 */
export function preloadPages(pages: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'millrace-preload-pages',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      const first = chunks.filter(({ isEntry }) => isEntry).flatMap((entry) => withImports(entry, bundle));
      const scripts = Object.entries(pages).map(([address, module]) => {
        const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(module));
        if (chunk === undefined) throw new Error(`The build has no script of its own for ${module}.`);
        return [address, [...new Set([...first, ...withImports(chunk, bundle)])]] as const;
      });
      this.emitFile({ type: 'asset', fileName: FILE, source: JSON.stringify(Object.fromEntries(scripts)) });
    },
  };
}

/** A script and all that it imports before it runs. */
function withImports(chunk: Rolldown.OutputChunk, bundle: Rolldown.OutputBundle): string[] {
  const files = new Set<string>();
  const add = (file: string) => {
    const output = bundle[file];
    if (output?.type !== 'chunk' || files.has(file)) return;
    files.add(file);
    output.imports.forEach(add);
  };
  add(chunk.fileName);
  return [...files];
}
