import type { Plugin, Rolldown } from 'vite';

/** What the API reads to name a page's scripts in a header of the document. */
const FILE = 'pages.json';

/**
 * Writes which scripts each page needs, by the address of the page: the browser fetches them with the document, and not once
 * its first script has run.
 *
 * @param always module that is imported at every address
 * @param pages by address, `:id` standing for any one step of it, the module that is imported for it
 */
export function preloadPages(always: string, pages: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'millrace-preload-pages',
    apply: 'build',
    // After Vite has taken out what only held styles.
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
        const chunkOf = (module: string) => {
          const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(module));
          if (chunk === undefined) throw new Error(`The build has no script of its own for ${module}.`);
          return chunk;
        };
        const first = [...chunks.filter(({ isEntry }) => isEntry), chunkOf(always)];
        const scripts = Object.entries(pages).map(([address, module]) => {
          const files = [...first, chunkOf(module)].flatMap((chunk) => withImports(chunk, bundle));
          return [address, [...new Set(files)]] as const;
        });
        this.emitFile({ type: 'asset', fileName: FILE, source: JSON.stringify(Object.fromEntries(scripts)) });
      },
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
